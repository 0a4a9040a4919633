package org.modelledger.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.pack.PackReport;
import org.modelledger.pack.PackVerifier;
import org.modelledger.signing.VerificationKey;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.TileSource;

class QuickstartTest {
  @TempDir
  Path directory;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Console console = new Console(
      new PrintStream(printed, true, StandardCharsets.UTF_8), false);

  @Test
  void leavesTheWholeChainOfEvidenceAndCatchesEveryForgery() throws Exception {
    Path out = directory.resolve("out");

    double accuracy = new Quickstart(console, out).run(Optional.empty());

    assertThat(accuracy).isGreaterThanOrEqualTo(Quickstart.WANTED);
    assertThat(text()).contains("ModelTrained acme/digits:1", "ModelDeployed acme/digits:1",
        "LogAnchored", "✗ model: ", "✗ receipt: ", "✗ log: ");
    assertThat(text()).contains("trained on this data: acme/digits:1");
    assertThat(out.resolve("lineage/bom.cdx.json")).isRegularFile();
    assertThat(out.resolve("lineage/openlineage.jsonl")).isRegularFile();
    assertThat(text()).as("plain lines where there is no terminal").doesNotContain("\u001b", "\r");
    assertThat(out.resolve("model.sig")).isRegularFile();
    assertThat(out.resolve("model.pub")).content().startsWith("-----BEGIN PUBLIC KEY-----");
    assertThat(out.resolve("model/model.onnx")).isRegularFile();
    try (Stream<Path> proofs = Files.list(out.resolve("proofs"))) {
      assertThat(proofs).hasSize(360).allMatch(proof -> proof.toString().endsWith(".tlog-proof"));
    }
    assertThat(out.resolve("report.html")).hasSameBinaryContentAs(out.resolve("pack/report.html"))
        .content()
        .contains("acme/digits:1");
    PackReport pack = PackVerifier.builder()
        .modelKey(VerificationKey.load(out.resolve("model.pub")))
        .build()
        .verify(out.resolve("pack"));
    assertThat(pack.isSound()).as("%s", pack).isTrue();
    assertThat(pack.receipts()).hasSize(360);
    List<String> keys = Files.readAllLines(out.resolve("log.vkey"));
    assertThat(keys).hasSize(2);
    assertThat(sizeOfSoundLog(out.resolve("receipts"), keys.get(0))).isEqualTo(360);
    assertThat(sizeOfSoundLog(out.resolve("ledger"), keys.get(1)))
        .as("model created, version registered, deployed, log anchored")
        .isEqualTo(4);
  }

  @Test
  void runsAgainInPlaceOfAnEarlierRun() throws Exception {
    Path out = directory.resolve("out");
    Workplace.prepare(out);
    Files.createDirectories(out.resolve("ledger/tile"));
    Files.writeString(out.resolve("ledger/tile/left-over"), "from an earlier run");

    assertThat(new Quickstart(console, out).run(Optional.empty()))
        .isGreaterThanOrEqualTo(Quickstart.WANTED);

    assertThat(out.resolve("ledger/tile/left-over")).doesNotExist();
  }

  @Test
  void touchesNoDirectoryThatItDidNotMake() throws Exception {
    Path precious = Files.writeString(directory.resolve("thesis.tex"), "five years");

    assertThatThrownBy(() -> new Quickstart(console, directory).run(Optional.empty()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("is not empty");

    assertThat(precious).hasContent("five years");
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static long sizeOfSoundLog(Path log, String vkey) throws Exception {
    LogReader reader = LogReader.open(TileSource.directory(log), NoteVerifier.parse(vkey));
    reader.verifyAll(reader.latest()).requireIntact();
    return reader.latest().checkpoint().size();
  }
}
