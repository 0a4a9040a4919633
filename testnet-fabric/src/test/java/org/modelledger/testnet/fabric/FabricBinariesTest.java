package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.testnet.TestnetException;

class FabricBinariesTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path home;

  @Test
  void nothingIsLookedForWhereTheVariableIsNotSet() {
    assertThat(FabricBinaries.of(Map.of())).isEmpty();
    assertThat(FabricBinaries.of(Map.of("FABRIC_BIN", ""))).isEmpty();
  }

  @Test
  void aVariableThatNamesNoSuchDirectoryIsAFailureAndSaysWhatIsMissing() throws IOException {
    FakeFabric.program(home, "peer", "exit 0");

    assertThatThrownBy(() -> FabricBinaries.of(Map.of("FABRIC_BIN", home.toString())))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining(home.toString())
        .hasMessageContaining("bin/cryptogen, bin/configtxgen, bin/orderer, bin/osnadmin,"
            + " config/core.yaml, config/orderer.yaml");
  }

  @Test
  void takesTheLayoutOfTheInstaller() throws IOException {
    FabricBinaries expected = FakeFabric.in(home);

    assertThat(FabricBinaries.of(Map.of("FABRIC_BIN", home.toString()))).contains(expected);
    assertThat(Files.isExecutable(Path.of(expected.program("peer")))).isTrue();
  }
}
