package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.chain.fabric.protocol.ChaincodeFunction;
import org.modelledger.chain.fabric.protocol.MalformedInputException;

class IdentitiesTest {
  private static final String CA = "C=US,O=org1.example,CN=ca.org1.example";

  @Test
  void theAccountIsTheMspTheSubjectAndTheIssuer() {
    Caller caller = caller("C=US,L=San Francisco,OU=client,CN=ann@org1.example", CA,
        Optional.empty());

    assertThat(caller.account().value()).isEqualTo(
        "Org1MSP:CN=ann@org1.example,OU=client,L=San%20Francisco,C=US:CN=ca.org1.example,"
            + "O=org1.example,C=US");
  }

  @Test
  void theAccountOutlivesTheCertificateAndItsKey() {
    assertThat(caller("CN=ann", CA, Optional.empty()).account())
        .isEqualTo(caller("CN=ann", CA, Optional.empty()).account())
        .isNotEqualTo(caller("CN=ann", "CN=another ca", Optional.empty()).account())
        .isNotEqualTo(caller("CN=anne", CA, Optional.empty()).account());
  }

  @Test
  void aCertificateWithoutTheAttributeMayBeUsedForEverything() {
    for (Optional<String> attributes : List.of(Optional.<String>empty(),
        Optional.of("{\"attrs\":{\"hf.Affiliation\":\"org1\"}}"), Optional.of("{}"))) {
      Permissions permissions = caller("CN=ann", CA, attributes).permissions();
      assertThat(ChaincodeFunction.values()).filteredOn(ChaincodeFunction::isVerb)
          .allMatch(permissions::allow);
    }
  }

  @Test
  void theAttributeRestricts() {
    Permissions permissions = caller("CN=ann", CA,
        Optional.of("{\"attrs\":{\"modelledger.roles\":\"trainer anchorer\"}}")).permissions();

    assertThat(ChaincodeFunction.values()).filteredOn(permissions::allow)
        .containsExactly(ChaincodeFunction.TRAIN_MODEL, ChaincodeFunction.ANCHOR_LOG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"attrs\":{\"modelledger.roles\":\"\"}}",
      "{\"attrs\":{\"modelledger.roles\":\"trainer boss\"}}",
      "{\"attrs\":{\"modelledger.roles\":\"TRAINER\"}}",
      "{\"attrs\":{\"modelledger.roles\":[\"trainer\"]}}",
      "{\"attrs\":{\"modelledger.roles\":null}}", "{\"attrs\":", "trainer"})
  void aRestrictionThatIsNotUnderstoodIsNotTakenForNone(String attributes) {
    assertThatExceptionOfType(MalformedInputException.class)
        .isThrownBy(() -> caller("CN=ann", CA, Optional.of(attributes)))
        .withMessageContaining("attribute");
  }

  @Test
  void refusesWhatIsNoCertificate() {
    byte[] idemix = SerializedIdentity.newBuilder().setMspid("Org1MSP").build().toByteArray();

    for (byte[] creator : List.of(new byte[0], "nobody".getBytes(UTF_8), idemix)) {
      assertThatExceptionOfType(MalformedInputException.class)
          .isThrownBy(() -> Identities.caller(creator));
    }
  }

  private static Caller caller(String subject, String issuer, Optional<String> attributes) {
    return Identities.caller(
        Certificates.identity("Org1MSP", Certificates.issue(subject, issuer, attributes)));
  }
}
