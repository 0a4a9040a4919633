package org.modelledger.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.spi.ConfigurationException;

/** Starts the chaincode, from its distribution. */
class QuickstartOnFabricIT {
  static final Path DISTRIBUTION = Path.of(System.getProperty("basedir", "."))
      .resolveSibling(FabricOnDevPeer.DISTRIBUTION.toString());

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Console console = new Console(
      new PrintStream(printed, true, StandardCharsets.UTF_8), false);

  @TempDir
  Path directory;

  @Test
  void doesTheSameJobAndLeavesTheBlocks() throws Exception {
    Path out = Path.of("").toAbsolutePath().relativize(directory.resolve("out, with a space"));
    Visitor visitor = new Visitor(List.of("sh", "-c",
        "printf '%s' \"$MODELLEDGER_LEDGER\" > \"$MODELLEDGER_OUT/visited\""));

    double accuracy = new Quickstart(console, out, visitor).runOnFabric(DISTRIBUTION);

    assertThat(accuracy).isGreaterThanOrEqualTo(Quickstart.WANTED);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("ModelTrained acme/digits:1",
        "ModelDeployed acme/digits:1", "LogAnchored", "✗ model: ", "✗ receipt: ", "✗ log: ");
    List<String> ledger = Files.readAllLines(out.resolve("ledger.txt"));
    assertThat(ledger.get(0)).startsWith("fabric:");
    assertThat(ledger.get(1)).startsWith("AcmeMSP:CN=ann,");
    assertThat(Files.readAllLines(out.resolve("log.vkey"))).hasSize(1);
    try (Stream<Path> blocks = Files.list(out.resolve("fabric/blocks"))) {
      assertThat(blocks).as("the channel's configuration, and what was done")
          .hasSizeGreaterThan(1)
          .allSatisfy(block -> assertThat(block).isNotEmptyFile());
    }
    assertThat(out.resolve("visited")).content()
        .as("whichever directory the visitor works in")
        .startsWith("fabric:127.0.0.1:")
        .contains("&certificate=%2F");
    assertThat(out.resolve("ledger")).doesNotExist();
  }

  @Test
  void saysWhereItLooksForTheChaincode() {
    assertThatThrownBy(() -> new Quickstart(console, directory.resolve("out"))
        .runOnFabric(directory.resolve("nowhere"))).isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("nowhere", "modelledger-chain-fabric-chaincode-");
  }
}
