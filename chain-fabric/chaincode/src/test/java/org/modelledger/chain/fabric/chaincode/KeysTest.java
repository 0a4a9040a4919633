package org.modelledger.chain.fabric.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hyperledger.fabric.shim.ledger.CompositeKey;
import org.junit.jupiter.api.Test;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;

class KeysTest {
  private static final ModelName MODEL = ModelName.of("acme/digits");

  @Test
  void areCompositeKeysOfFabrics() {
    String account = Calls.account("ann").value();
    SubmissionId id = SubmissionId.random();

    assertThat(Keys.model(MODEL)).isEqualTo(composite("model", "acme/digits"));
    assertThat(Keys.version(MODEL.version(7)))
        .isEqualTo(composite("version", "acme/digits", "0000000000000000007"));
    assertThat(Keys.role(MODEL, Role.TRAINER, Calls.account("ann")))
        .isEqualTo(composite("role", "acme/digits", "TRAINER", account));
    assertThat(Keys.submission(Calls.account("ann"), id))
        .isEqualTo(composite("submission", account, id.toString()));
    assertThat(Keys.models()).isEqualTo(composite("model"));
  }

  @Test
  void giveTheirAttributesBack() {
    String key = Keys.role(MODEL, Role.TRAINER, Calls.account("ann"));

    assertThat(List.of(Keys.attribute(key, 0), Keys.attribute(key, 1), Keys.attribute(key, 2)))
        .isEqualTo(CompositeKey.parseCompositeKey(key).getAttributes());
  }

  @Test
  void ofVersionsAscendWithTheirNumbers() {
    assertThat(List.of(1L, 2L, 9L, 10L, 99L, 1_000_000L, Long.MAX_VALUE))
        .extracting(number -> Keys.version(MODEL.version(number)))
        .isSorted();
  }

  @Test
  void ofAModelDoNotLieAmongThoseOfAnotherWhoseNameBeginsTheSame() {
    assertThat(Keys.deployment(ModelName.of("acme/digits"), EnvironmentName.of("p")))
        .doesNotStartWith(Keys.deployments(ModelName.of("acme")))
        .doesNotStartWith(Keys.deployments(ModelName.of("acme/digit")))
        .startsWith(Keys.deployments(MODEL));
  }

  private static String composite(String type, String... attributes) {
    return new CompositeKey(type, attributes).toString();
  }
}
