package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.testnet.TestnetException;

/** What happens when something goes wrong; the rest needs the real programs. */
class FabricNetworkTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path scratch;

  private final FabricChaincode sleeper = new FabricChaincode("sleeper", "1.0",
      List.of("sleep", "600"), Map.of());

  @Test
  void saysWhatAProgramPrintedThatFailedAndLeavesNothingRunning() throws IOException {
    FabricBinaries binaries = FakeFabric.in(scratch.resolve("fabric"));
    FakeFabric.program(binaries.home(), "cryptogen", "echo 'no entropy today' >&2; exit 3");
    Path directory = scratch.resolve("network");

    TestnetException failure = catchThrowableOfType(TestnetException.class,
        () -> FabricNetwork.start(binaries,
            FabricOptions.builder(sleeper).directory(directory).build()));

    assertThat(failure).hasMessageContaining("cryptogen generate")
        .hasMessageContaining("ended with 3")
        .hasMessageContaining("no entropy today");
    assertThat(failure.getSuppressed()[0]).hasMessageContaining(directory.toString());
    // the chaincode was started before: its file is there, its process is not
    assertThat(directory.resolve("run")).isDirectoryContaining("glob:**.pid");
    assertThat(PidFile.findAll(directory.resolve("run"))).isEmpty();
  }

  @Test
  void triesOtherPortsWhereAnotherProcessTookOne() throws IOException {
    FabricBinaries binaries = FakeFabric.in(scratch.resolve("fabric"));
    Path starts = scratch.resolve("starts");
    FakeFabric.program(binaries.home(), "cryptogen", "echo start >> " + starts);
    FakeFabric.program(binaries.home(), "orderer",
        "echo 'listen tcp 127.0.0.1: bind: address already in use'; exit 1");

    assertThatThrownBy(() -> FabricNetwork.start(binaries, FabricOptions.builder(sleeper)
        .directory(scratch.resolve("network"))
        .build())).isInstanceOf(TestnetException.class)
        .hasMessageContaining("orderer1.orderer.test ended");

    assertThat(Files.readAllLines(starts)).hasSize(3);
  }

  @Test
  void refusesADirectoryWithSomethingInIt() throws IOException {
    FabricBinaries binaries = FakeFabric.in(scratch.resolve("fabric"));
    Path directory = Files.createDirectories(scratch.resolve("network"));
    Files.writeString(directory.resolve("precious"), "");

    assertThatThrownBy(() -> FabricNetwork.start(binaries,
        FabricOptions.builder(sleeper).directory(directory).build()))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("is not empty");
    assertThat(directory.resolve("precious")).exists();
  }

  @Test
  void takesDownOnlyWhatIsANetwork() {
    assertThatThrownBy(() -> FabricNetwork.takeDown(scratch, false))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("holds no network");
    assertThat(scratch).exists();
  }

  @Test
  void aSkippedTestSaysWhatIsMissingInWordsThatCanBeCounted() {
    assertThat(FabricExtension.condition(false, "SomeIT").getReason().orElseThrow())
        .startsWith(FabricExtension.ABSENT)
        .contains("SomeIT");
    assertThat(FabricExtension.condition(false, "SomeIT").isDisabled()).isTrue();
    assertThat(FabricExtension.condition(true, "SomeIT").isDisabled()).isFalse();
  }
}
