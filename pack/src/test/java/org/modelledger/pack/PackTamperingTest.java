package org.modelledger.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.ModelLedger;
import org.modelledger.artifact.ArtifactFile;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.VerificationException;
import org.modelledger.signing.SigningKeys;
import org.modelledger.signing.VerificationKey;

/** Whatever is changed in a pack is found. */
class PackTamperingTest {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());

  @TempDir
  Path dir;

  private Path pack = Path.of("");
  private VerificationKey key = SigningKeys.generate().publicKey();

  @BeforeEach
  void makeAPack() throws Exception {
    pack = dir.resolve("pack");
    try (ModelLedger ledger = PackedLedger.with(dir, 2)) {
      ledger.anchor();
      key = ledger.trustedKeys().getFirst();
      EvidencePack.of(ledger).receipts(1).disclose(Disclosure.ALL).withModelFiles().writeTo(pack);
    }
  }

  private PackReport verify() throws InterruptedException {
    return PackVerifier.builder().modelKey(key).build().verify(pack);
  }

  private void assertRefused(String words) throws InterruptedException {
    PackReport report = verify();
    assertThat(report.isSound()).isFalse();
    assertThat(report.checks()).hasSize(1);
    assertThat(report.checks().getFirst().outcome().explanation()).contains(words);
  }

  /** Every byte of every file, with one of its bits turned. */
  @Test
  void everySingleByteCounts() throws Exception {
    PackReader reader = PackReader.open(pack);
    byte[] signature = reader.signature();
    Random random = new Random(SEED);
    for (int i = 0; i < signature.length; i++) {
      byte[] other = flipped(signature, i, random);
      assertThatThrownBy(() -> PackVerifier.signed(key, other))
          .as("pack.sig, byte %s, seed %s", i, SEED)
          .isInstanceOf(VerificationException.class);
    }
    ArtifactManifest signed = PackVerifier.signed(key, signature);
    PackVerifier.requireSame(signed, ArtifactManifest.of(reader.files()));
    int changed = signature.length;
    for (String name : reader.names()) {
      byte[] bytes = reader.read(name);
      for (int i = 0; i < bytes.length; i++) {
        ArtifactManifest found = with(signed, name, flipped(bytes, i, random));
        if (signed.differences(found).isEmpty()) {
          fail("%s, byte %s, seed %s", name, i, SEED);
        }
        changed++;
      }
      assertThatThrownBy(() -> PackVerifier.requireSame(signed, with(signed, name, new byte[1])))
          .hasMessageContaining("changed file '" + name + "'");
    }
    assertThat(changed).isGreaterThan(20_000);
  }

  /** A pack with the whole log has too many bytes for all of them: three thousand, wherever they lie. */
  @Test
  void aSampleOfTheBytesOfALargePackCounts() throws Exception {
    Path large = dir.resolve("large");
    Path home = Files.createDirectory(dir.resolve("home"));
    try (ModelLedger ledger = PackedLedger.with(home, EvidencePack.MAX_PROOFS + 200)) {
      ledger.anchor();
      key = ledger.trustedKeys().getFirst();
      EvidencePack.of(ledger).disclose(Disclosure.ALL).writeTo(large);
    }
    pack = large;
    assertThat(verify().isSound()).isTrue();
    PackReader reader = PackReader.open(large);
    ArtifactManifest signed = PackVerifier.signed(key, reader.signature());
    List<String> names = List.copyOf(reader.names());
    Random random = new Random(SEED);
    for (int i = 0; i < 3000; i++) {
      String name = names.get(random.nextInt(names.size()));
      byte[] bytes = reader.read(name);
      int at = random.nextInt(bytes.length);
      assertThat(signed.differences(with(signed, name, flipped(bytes, at, random))))
          .as("%s, byte %s, seed %s", name, at, SEED)
          .singleElement()
          .asString()
          .contains("changed file '" + name + "'");
    }
    changeOneByteOfEachFile();
  }

  /** What is found where one file has this content. */
  private static ArtifactManifest with(ArtifactManifest signed, String name, byte[] content) {
    return new ArtifactManifest(signed.files()
        .stream()
        .map(file -> file.name().equals(name)
            ? new ArtifactFile(name, Digest.sha256(content))
            : file)
        .toList());
  }

  private static byte[] flipped(byte[] bytes, int at, Random random) {
    byte[] other = bytes.clone();
    other[at] ^= (byte) (1 << random.nextInt(8));
    return other;
  }

  /** The same from the directory, as users do it. */
  @Test
  void aSampleOfChangesOnDiskIsRefused() throws Exception {
    changeOneByteOfEachFile();
  }

  private void changeOneByteOfEachFile() throws IOException, InterruptedException {
    Random random = new Random(SEED);
    for (String name : PackReader.open(pack).names()) {
      Path file = pack.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length > 0) {
        Files.write(file, flipped(bytes, random.nextInt(bytes.length), random));
        assertRefused("changed file '" + name + "'");
        Files.write(file, bytes);
      }
    }
    assertThat(verify().isSound()).isTrue();
  }

  @Test
  void namesWhatIsMissingOrExtra() throws Exception {
    Path proof = pack.resolve("receipts/1.tlog-proof");
    byte[] bytes = Files.readAllBytes(proof);
    Files.delete(proof);
    assertRefused("missing file 'receipts/1.tlog-proof'");
    Files.write(proof, bytes);
    // what tools of models pass over counts here
    for (String extra : new String[]{"note.txt", ".gitignore", ".git/config", "log/tile/9"}) {
      Path file = pack.resolve(extra);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x");
      assertRefused("extra file '" + extra + "'");
      Files.delete(file);
    }
    assertThat(verify().isSound()).isTrue();
  }

  @Test
  void refusesAnotherEncodingOfTheSignature() throws IOException, InterruptedException {
    Path file = pack.resolve("pack.sig");
    String signature = Files.readString(file);
    Files.writeString(file, " " + signature);
    assertRefused("not written as this library writes bundles");
    Files.writeString(file, signature.replace("\"keyid\":\"\"", "\"keyid\":\"someone\""));
    assertRefused("not written as this library writes bundles");
  }

  @Test
  void aPackSignedAgainIsAnothersPack() throws Exception {
    // who changes a receipt and signs everything with a key of their own
    try (ModelLedger other = PackedLedger.with(Files.createDirectory(dir.resolve("other")), 1)) {
      Path proof = pack.resolve("receipts/1.tlog-proof");
      Files.writeString(proof, Files.readString(proof).replace("index 1", "index 0"));
      Files.writeString(pack.resolve("keys/model.pub"), other.modelSigningKeyPem());
      Files.delete(pack.resolve("pack.sig"));
      Files.write(pack.resolve("pack.sig"),
          other.sign("evidence-pack", PackReader.open(pack).files()));
    }
    assertThat(verify().isSound()).isFalse();
    PackReport unknown = PackVerifier.builder().build().verify(pack);
    assertThat(unknown.vouched()).isFalse();
    assertThat(unknown.isSound()).as("%s", unknown).isFalse();
  }

  @Test
  void whatIsNoPackIsATypedError() throws Exception {
    assertThatThrownBy(() -> PackVerifier.builder().build().verify(dir))
        .isInstanceOf(PackFormatException.class)
        .hasMessageContaining("pack.json");
    Files.delete(pack.resolve("pack.sig"));
    assertThatThrownBy(this::verify).isInstanceOf(PackFormatException.class)
        .hasMessageContaining("not signed");
    Files.createSymbolicLink(pack.resolve("link"), dir);
    assertThatThrownBy(this::verify).isInstanceOf(PackFormatException.class)
        .hasMessageContaining("symbolic link");
  }

  @Test
  void everyMutationOfPackJsonIsReadOrRefused() throws Exception {
    byte[] json = Files.readAllBytes(pack.resolve("pack.json"));
    PackDescription description = DescriptionJson.read(json);
    assertThat(DescriptionJson.write(description)).isEqualTo(json);
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      byte[] other = flipped(json, random.nextInt(json.length), random);
      try {
        var unused = DescriptionJson.read(other);
      } catch (ModelLedgerException e) {
        assertThat(e).as("seed %s", SEED).isInstanceOf(PackFormatException.class);
      }
    }
    for (String wrong : new String[]{"{}", "[]", "", "{\"format\":\"x\"}",
        "{\"format\":\"modelledger.org/evidence-pack\",\"version\":2}"}) {
      assertThatThrownBy(() -> DescriptionJson.read(wrong.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(PackFormatException.class);
    }
  }
}
