package org.modelledger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts anvil. */
class QuickstartOnEthereumIT {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Console console = new Console(
      new PrintStream(printed, true, StandardCharsets.UTF_8), false);

  @Test
  void doesTheSameJobAndLeavesTheChain(@TempDir Path directory) throws Exception {
    Path out = directory.resolve("out, with a space");

    double accuracy = new Quickstart(console, out).runOnEthereum();

    assertThat(accuracy).isGreaterThanOrEqualTo(Quickstart.WANTED);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("ModelTrained acme/digits:1",
        "ModelDeployed acme/digits:1", "LogAnchored", "✗ model: ", "✗ receipt: ", "✗ log: ");
    List<String> ledger = Files.readAllLines(out.resolve("ledger.txt"));
    assertThat(ledger.get(0)).matches("eip155:31337:0x[0-9a-fA-F]{40}");
    assertThat(ledger.get(1)).isEqualTo("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    assertThat(Files.readAllLines(out.resolve("log.vkey"))).hasSize(1);
    assertThat(out.resolve("ethereum/chain.json")).isNotEmptyFile();
    assertThat(out.resolve("ledger")).doesNotExist();
  }
}
