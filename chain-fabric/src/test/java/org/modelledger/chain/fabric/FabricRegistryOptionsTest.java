package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.List;
import org.hyperledger.fabric.client.identity.Signers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.fabric.devpeer.DevIdentity;
import org.modelledger.fabric.devpeer.DevPeer;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;

class FabricRegistryOptionsTest {
  @TempDir
  Path home;

  private static DevIdentity ann() throws Exception {
    try (DevPeer peer = DevPeer.builder().organization("Org1MSP").start()) {
      return peer.enroll("Org1MSP", "ann");
    }
  }

  private Path write(String name, String text) throws Exception {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void anIdentityIsReadFromFilesAndFromAnMspDirectory() throws Exception {
    DevIdentity ann = ann();
    Path certificate = write("msp/signcerts/cert.pem", ann.certificatePem());
    Path key = write("msp/keystore/key_sk", ann.privateKeyPem());

    FabricIdentity fromFiles = FabricIdentity.ofFiles("Org1MSP", certificate, key);
    FabricIdentity fromMsp = FabricIdentity.ofMsp("Org1MSP", home.resolve("msp"));

    assertThat(fromFiles.account()).isEqualTo(fromMsp.account());
    assertThat(fromFiles.account().value()).startsWith("Org1MSP:CN=ann");
    assertThat(fromFiles.certificate()).isEqualTo(ann.certificate());
    assertThat(fromFiles.toString()).contains("CN=ann");
  }

  @Test
  void anIdentitysFilesAreNamedWhereTheyAreWrong() throws Exception {
    DevIdentity ann = ann();
    Path certificate = write("msp/signcerts/cert.pem", ann.certificatePem());
    Path key = write("msp/keystore/key_sk", ann.privateKeyPem());

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> FabricIdentity.ofFiles("Org1MSP", key, key))
        .withMessageContaining(key.toString())
        .withMessageContaining("certificate");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> FabricIdentity.ofFiles("Org1MSP", certificate, certificate))
        .withMessageContaining(certificate.toString())
        .withMessageContaining("private key");
    assertThatExceptionOfType(StorageException.class).isThrownBy(
        () -> FabricIdentity.ofFiles("Org1MSP", home.resolve("absent"), key));
    write("msp/keystore/another_sk", ann.privateKeyPem());
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> FabricIdentity.ofMsp("Org1MSP", home.resolve("msp")))
        .withMessageContaining("2 files");
  }

  @Test
  void anIdentityTakesAnySigner() throws Exception {
    DevIdentity ann = ann();
    var key = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate();

    assertThat(FabricIdentity
        .of("Org1MSP", ann.certificate(), Signers.newPrivateKeySigner(key))
        .mspId()).isEqualTo("Org1MSP");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "peer", "http://peer:7051", "peer:", "peer:123456", "a:1/b"})
  void aPeerIsAHostAndAPort(String peer) throws Exception {
    FabricIdentity identity = identity();

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> FabricRegistryOptions.reading(List.of(peer), "models", identity))
        .withMessageContaining("'" + peer + "'")
        .withMessageContaining("host:port");
  }

  private static FabricIdentity identity() throws Exception {
    DevIdentity ann = ann();
    return FabricIdentity.of("Org1MSP", ann.certificate(),
        Signers.newPrivateKeySigner(ann.privateKey()));
  }

  @Test
  void aBatchHasItsLimits() throws Exception {
    FabricRegistryOptions options = FabricRegistryOptions.reading(List.of("[::1]:7051"), "models",
        identity());

    assertThat(options.withBatch(1_024).batch()).isEqualTo(1_024);
    assertThatIllegalArgumentException().isThrownBy(() -> options.withBatch(0))
        .withMessageContaining("not 0");
    assertThatIllegalArgumentException().isThrownBy(() -> options.withBatch(1_025));
  }

  @Test
  void aUriNamesWhatItLacks() throws Exception {
    ProviderOptions options = ProviderOptions
        .fromUri("fabric:127.0.0.1:7051?channel=models&msp-id=Org1MSP");

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> new FabricRegistryProvider().open(options))
        .withMessageContaining("'msp'")
        .withMessageContaining("'certificate' and 'key'");

    DevIdentity ann = ann();
    ProviderOptions identified = options
        .with("certificate", write("c.pem", ann.certificatePem()).toString())
        .with("key", write("k.pem", ann.privateKeyPem()).toString());
    assertThatExceptionOfType(ConfigurationException.class).isThrownBy(
        () -> new FabricRegistryProvider().open(identified.with("tls-certificate", "x")))
        .withMessageContaining("'tls-key'");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> new FabricRegistryProvider()
            .open(identified.with("outbox", "x").with("index", "y")))
        .withMessageContaining("'index'");
  }
}
