package org.modelledger.fabric.devpeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.client.GatewayException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A test that has a peer and a chaincode of its own, and what it can do with them. */
class DevPeerExtensionIT {
  @RegisterExtension
  static final DevPeerExtension FABRIC = DevPeerExtension
      .of(DevPeer.builder().organization("Org1MSP").connectTimeout(Duration.ofSeconds(60)))
      .chaincode("test", "ANY",
          List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
              "-cp", System.getProperty("surefire.test.class.path",
                  System.getProperty("java.class.path")),
              TestChaincode.class.getName()),
          Map.of("CORE_CHAINCODE_LOGGING_LEVEL", "WARNING"));

  @Test
  void aChaincodeThatIsStartedAgainFindsItsState() throws Exception {
    DevPeer peer = FABRIC.peer();
    try (Client client = Client.of(peer, peer.enroll("Org1MSP", "alice"))) {
      client.submit("put", "kept", "value");
      FABRIC.kill("test");
      FABRIC.restart("test");
      // the first to come may find the stream of the process that was killed
      assertThat(untilItAnswers(client)).isEqualTo("value");
    }
    assertThat(FABRIC.log("test")).exists();
  }

  @Test
  void saysWhatItHasNotStarted() {
    assertThatThrownBy(() -> FABRIC.log("other")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'other'")
        .hasMessageContaining("[test]");
    assertThatThrownBy(() -> DevPeerExtension.of(DevPeer.builder()).peer())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@RegisterExtension");
  }

  @Nested
  class Within {
    @Test
    void theSamePeerIsThere() throws Exception {
      assertThat(FABRIC.peer().organizations()).containsExactly("Org1MSP");
    }
  }

  private static String untilItAnswers(Client client) throws GatewayException {
    GatewayException last = new GatewayException(new StatusRuntimeException(
        Status.UNKNOWN));
    for (int attempt = 0; attempt < 5; attempt++) {
      try {
        return client.evaluate("get", "kept");
      } catch (GatewayException e) {
        last = e;
      }
    }
    throw last;
  }
}
