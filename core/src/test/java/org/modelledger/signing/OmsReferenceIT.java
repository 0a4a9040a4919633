package org.modelledger.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.VerificationException;

/**
 * Our code and the reference command line (PyPI {@code model-signing}) take each other's bundles and refuse each
 * other's models once they are changed. {@code ./verify} installs the command line and names it here.
 */
@EnabledIfSystemProperty(named = "modelledger.oms.cli", matches = ".+", disabledReason = "needs the reference command line; ./verify runs it")
class OmsReferenceIT {
  private static final String CLI = System.getProperty("modelledger.oms.cli", "");

  @TempDir
  Path dir;
  private final SigningKeys keys = SigningKeys.generate();

  @BeforeEach
  void writeAModel() throws IOException {
    Path model = Files.createDirectories(model());
    Files.writeString(model.resolve("model.onnx"), "weights ".repeat(100_000));
    Files.writeString(model.resolve("empty.bin"), "");
    Files.createDirectories(model.resolve("tokenizer/deep"));
    Files.writeString(model.resolve("tokenizer/deep/vocabulary.txt"), "a\nb\n");
    Files.writeString(model.resolve("tokenizer/B.txt"), "capital letters come before small ones");
    Files.writeString(model.resolve("tokenizer/merges \u00e9\u4e2d.txt"), "not only ASCII");
    Files.writeString(model.resolve(".hidden"), "signed as well");
    keys.save(dir.resolve("key.pem"));
    keys.publicKey().save(dir.resolve("key.pub"));
  }

  @Test
  void acceptsWhatTheReferenceSigned() throws Exception {
    SignedModel signed = verifier().verify(signedByTheReference(), model());

    assertThat(signed.name()).isEqualTo("model");
    assertThat(signed.files()).hasSize(6);
  }

  @Test
  void refusesWhatTheReferenceSignedOnceItIsChanged() throws Exception {
    byte[] bundle = signedByTheReference();
    Files.writeString(model().resolve("tokenizer/deep/vocabulary.txt"), "a\nc\n");

    assertThatThrownBy(() -> verifier().verify(bundle, model()))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("vocabulary.txt");
  }

  @Test
  void theReferenceAcceptsWhatWeSigned() throws Exception {
    Path bundle = Files.write(dir.resolve("model.sig"), new ModelSigner(keys).sign(model()));

    assertThat(verifiedByTheReference(bundle)).contains("Verification succeeded");
  }

  @Test
  void theReferenceRefusesWhatWeSignedOnceItIsChanged() throws Exception {
    Path bundle = Files.write(dir.resolve("model.sig"), new ModelSigner(keys).sign(model()));
    Files.writeString(model().resolve("tokenizer/added.txt"), "not signed");

    assertThat(verifiedByTheReference(bundle)).contains("Verification failed")
        .contains("added.txt");
  }

  private Path model() {
    return dir.resolve("model");
  }

  private ModelVerifier verifier() {
    return new ModelVerifier(keys.publicKey());
  }

  private byte[] signedByTheReference() throws IOException, InterruptedException {
    Path bundle = dir.resolve("reference.sig");
    String output = run("sign", "key", model().toString(), "--private_key",
        dir.resolve("key.pem").toString(), "--signature", bundle.toString());
    assertThat(bundle).as(output).exists();
    return Files.readAllBytes(bundle);
  }

  private String verifiedByTheReference(Path bundle) throws IOException, InterruptedException {
    return run("verify", "key", model().toString(), "--public_key",
        dir.resolve("key.pub").toString(),
        "--signature", bundle.toString());
  }

  private String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(CLI));
    command.addAll(List.of(arguments));
    Path output = dir.resolve("output");
    Process process = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s ends", command).isTrue();
      return Files.readString(output, UTF_8);
    } finally {
      process.destroyForcibly();
    }
  }
}
