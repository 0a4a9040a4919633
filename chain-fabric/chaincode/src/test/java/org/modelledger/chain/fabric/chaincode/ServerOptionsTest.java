package org.modelledger.chain.fabric.chaincode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modelledger.spi.ConfigurationException;

class ServerOptionsTest {
  private static final Map<String, String> LEAST = Map.of("CORE_CHAINCODE_ID_NAME",
      "registry:ab", "CHAINCODE_SERVER_ADDRESS", "127.0.0.1:7052");

  @Test
  void needsAnIdAndAnAddressOnly() {
    ServerOptions options = ServerOptions.read(LEAST);

    assertThat(options.address().getPort()).isEqualTo(7052);
    assertThat(options.tls()).isEmpty();
    assertThat(options.maxAhead()).isEqualTo(Duration.ofMinutes(15));
    assertThat(options.properties().isTlsEnabled()).isFalse();
  }

  @Test
  void takesTheFilesForTls() {
    ServerOptions options = ServerOptions.read(with(Map.of("CHAINCODE_TLS_KEY", "key.pem",
        "CHAINCODE_TLS_CERT", "cert.pem", "CHAINCODE_CLIENT_CA_CERT", "ca.pem")));

    assertThat(options.tls())
        .contains(new ServerOptions.Tls("key.pem", "cert.pem", Optional.of("ca.pem")));
    assertThat(options.properties().isTlsEnabled()).isTrue();
    assertThat(options.properties().getKeyFile()).isEqualTo("key.pem");
    assertThat(options.properties().getKeyCertChainFile()).isEqualTo("cert.pem");
    assertThat(options.properties().getTrustCertCollectionFile()).isEqualTo("ca.pem");
  }

  @ParameterizedTest
  @CsvSource({"CORE_CHAINCODE_ID_NAME,", "CHAINCODE_SERVER_ADDRESS,",
      "CHAINCODE_SERVER_ADDRESS,7052", "CHAINCODE_SERVER_ADDRESS,localhost",
      "CHAINCODE_TLS_KEY,key.pem", "CHAINCODE_TLS_CERT,cert.pem",
      "CHAINCODE_CLIENT_CA_CERT,ca.pem", "MODELLEDGER_MAX_AHEAD,15",
      "MODELLEDGER_MAX_AHEAD,-PT1S"})
  void namesTheVariableThatIsMissingOrWrong(String variable, String value) {
    Map<String, String> environment = with(Map.of(variable, value == null ? "" : value));

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ServerOptions.read(environment))
        .withMessageContaining(variable)
        .withMessageContaining("expected");
  }

  @Test
  void knowsItsRelease() {
    assertThat(Main.release()).matches("[0-9]+\\..*");
  }

  private static Map<String, String> with(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(LEAST);
    environment.putAll(more);
    return environment;
  }
}
