package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.testnet.TestnetException;

class FabricConnectionTest {
  private final FabricConnection connection = new FabricConnection("modelledger", "registry",
      List.of(new FabricConnection.Organization("Org1MSP",
          List.of(new FabricConnection.Endpoint("peer0.org1.test", "127.0.0.1", 20_000,
              Path.of("/net/tls \u00e4.pem"))),
          List.of(new FabricUser("Org1MSP", "User1", Path.of("/net/cert.pem"),
              Path.of("/net/key.pem"), Map.of("role", "trainer"))))),
      List.of(new FabricConnection.Endpoint("orderer1.orderer.test", "127.0.0.1", 20_001,
          Path.of("/net/tls.pem"))));

  @Test
  void anotherProcessReadsWhatThisOneWrote(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("connection.json");
    connection.write(file);

    assertThat(FabricConnection.read(file)).isEqualTo(connection);
    // also somebody without Java
    assertThat(Files.readString(file)).contains("\"tlsRoot\" : \"/net/tls \u00e4.pem\"");
  }

  @Test
  void refusesAFileThatSaysSomethingElse(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("connection.json");
    Files.writeString(file, "[]");

    assertThatThrownBy(() -> FabricConnection.read(file)).isInstanceOf(TestnetException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void saysWhoIsThereWhenSomebodyIsNot() {
    assertThat(connection.organization("Org1MSP").user("User1").attributes())
        .containsEntry("role", "trainer");
    assertThat(connection.organization("Org1MSP").peers().getFirst().address())
        .isEqualTo("127.0.0.1:20000");
    assertThatThrownBy(() -> connection.organization("Org9MSP"))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("Org9MSP")
        .hasMessageContaining("[Org1MSP]");
    assertThatThrownBy(() -> connection.organization("Org1MSP").user("Admin"))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("'Admin'")
        .hasMessageContaining("[User1]");
  }
}
