package org.modelledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.Fixture.LONG;
import static org.modelledger.Fixture.input;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.inference.Determinism;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.ModelSigner;
import org.modelledger.signing.SigningKeys;
import org.modelledger.signing.VerificationKey;

/** What a policy admits, and what the refusal says. */
class LoadPolicyTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path dir;

  @SuppressWarnings("NullAway.Init")
  private ModelVersion version;

  @SuppressWarnings("NullAway.Init")
  private VerificationKey own;

  private final SigningKeys alice = SigningKeys.generate();
  private final SigningKeys bob = SigningKeys.generate();

  @BeforeEach
  void register() throws InterruptedException, VerificationException {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      version = Fixture.registered(ledger);
      own = VerificationKey.parse(ledger.modelSigningKeyPem());
    }
  }

  private void admits(LoadPolicy policy) throws InterruptedException {
    try (ModelLedger ledger = Fixture.builder(dir).loadPolicy(policy).open();
        AttestedModel model = ledger.load(version.id())) {
      var unused = model.infer(input(1, 2)).receipt().await(LONG);
    }
  }

  private LoadNotAdmittedException refuses(LoadPolicy policy) {
    return refuses(Fixture.builder(dir).loadPolicy(policy));
  }

  private LoadNotAdmittedException refuses(ModelLedger.Builder builder) {
    try (ModelLedger ledger = builder.open()) {
      ledger.load(version.id()).close();
    } catch (LoadNotAdmittedException e) {
      assertThat(e.version()).isEqualTo(version.id());
      assertThat(e).hasMessageContaining(version.id().toString())
          .hasMessageContaining(e.found())
          .hasMessageContaining(e.expected());
      return e;
    }
    throw new AssertionError("it was loaded");
  }

  private static LoadPolicy.Builder policy() {
    return LoadPolicy.builder();
  }

  @Test
  void admitsEverythingThatHoldsIfNothingElseIsSaid() throws Exception {
    admits(LoadPolicy.any());
    admits(policy().build());
    admits(LoadPolicy.any().and(policy().build()));
  }

  @Test
  void countsSignaturesByNamedKeys() throws Exception {
    LoadPolicy two = policy().signedBy(2, own, alice.publicKey(), bob.publicKey()).build();
    LoadNotAdmittedException refusal = refuses(two);
    assertThat(refusal.rule()).isEqualTo(LoadPolicy.Rule.SIGNATURES);
    assertThat(refusal.found()).contains(own.hint().substring(0, 16))
        .doesNotContain(alice.publicKey().hint().substring(0, 16));
    assertThat(refusal.expected()).contains("at least 2",
        alice.publicKey().hint().substring(0, 16));
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      byte[] bundle = new ModelSigner(alice).sign(Fixture.MODEL,
          ledger.artifacts().open(version.artifact()).manifest());
      assertThatThrownBy(() -> ledger.addSignature(version, bundle, bob.publicKey()))
          .isInstanceOf(VerificationException.class);
      ledger.addSignature(version, bundle, alice.publicKey());
    }
    admits(two);
    assertThat(refuses(policy().signedBy(1, bob.publicKey()).build()).rule())
        .isEqualTo(LoadPolicy.Rule.SIGNATURES);
  }

  @Test
  void asksWhereAVersionIsDeployed() throws Exception {
    assertThat(refuses(policy().deployed().build()).found()).isEqualTo("deployed nowhere");
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      var unused = ledger.deploy(version, "staging");
    }
    admits(policy().deployed().build());
    admits(policy().deployedIn("production", "staging").build());
    LoadNotAdmittedException refusal = refuses(policy().deployedIn("production").build());
    assertThat(refusal.rule()).isEqualTo(LoadPolicy.Rule.DEPLOYMENT);
    assertThat(refusal).hasMessageContaining("deployed in [staging]")
        .hasMessageContaining("deployed in one of [production]");
  }

  @Test
  void asksForTrainerAgeAndMetrics() throws Exception {
    admits(policy().trainedBy("exact", "tensorflow").build());
    assertThat(refuses(policy().trainedBy("tensorflow").build())).hasMessageContaining(
        "found trained by exact; expected trained by one of [tensorflow]");

    admits(policy().registeredWithin(Duration.ofDays(1)).build());
    Instant later = version.registeredAt().plus(Duration.ofDays(2));
    LoadNotAdmittedException old = refuses(Fixture.builder(dir)
        .clock(() -> later)
        .loadPolicy(policy().registeredWithin(Duration.ofDays(1)).build()));
    assertThat(old.rule()).isEqualTo(LoadPolicy.Rule.AGE);
    assertThat(old.found()).contains("PT48H ago");

    String metric = metric();
    admits(policy().metricAtLeast(metric, -1e9).metricAtMost(metric, 1e9).build());
    assertThat(refuses(policy().metricAtLeast(metric, 1e9).build()))
        .hasMessageContaining("expected metric '" + metric + "' at least 1.0E9");
    assertThat(refuses(policy().metricAtMost(metric, -1e9).build()).rule())
        .isEqualTo(LoadPolicy.Rule.METRIC);
    assertThat(refuses(policy().metricAtLeast("beauty", 0).build()).found()).contains(metric);
  }

  private String metric() throws InterruptedException {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      return Fixture.train(ledger, 1).metrics().firstKey();
    }
  }

  @Test
  void asksWhatTheEnginePromises() throws Exception {
    admits(policy().determinism(Determinism.BIT_EXACT).build());
    admits(policy().determinism(Determinism.tolerance(0.1)).build());
    Determinism[] weakestFirst = {Determinism.NONE, Determinism.tolerance(0.1),
        Determinism.tolerance(0.01), Determinism.PROBED, Determinism.BIT_EXACT};
    for (int promised = 0; promised < weakestFirst.length; promised++) {
      for (int asked = 0; asked < weakestFirst.length; asked++) {
        LoadPolicy policy = policy().determinism(weakestFirst[asked]).build();
        Determinism given = weakestFirst[promised];
        if (promised >= asked) {
          policy.admit(version.id(), given);
        } else {
          assertThatThrownBy(() -> policy.admit(version.id(), given))
              .isInstanceOfSatisfying(LoadNotAdmittedException.class,
                  e -> assertThat(e.rule()).isEqualTo(LoadPolicy.Rule.DETERMINISM))
              .hasMessageContaining("found determinism " + given.word());
        }
      }
    }
  }

  @Test
  void allRulesOfBothHaveToHold() throws Exception {
    LoadPolicy good = policy().trainedBy("exact").build();
    LoadPolicy bad = policy().deployed().build();
    admits(good.and(good));
    assertThat(refuses(good.and(bad)).rule()).isEqualTo(LoadPolicy.Rule.DEPLOYMENT);
    assertThat(refuses(bad.and(good)).rule()).isEqualTo(LoadPolicy.Rule.DEPLOYMENT);
    assertThat(good.and(bad)).hasToString(
        "LoadPolicy[trained by one of [exact]; deployed anywhere]");
  }

  @Test
  void refusesRulesThatNothingCouldFulfil() {
    VerificationKey key = alice.publicKey();
    assertThatIllegalArgumentException().isThrownBy(() -> policy().signedBy(2, key))
        .withMessageContaining("1 to 1");
    assertThatIllegalArgumentException().isThrownBy(() -> policy().signedBy(0, key));
    assertThatIllegalArgumentException().isThrownBy(() -> policy().deployedIn());
    assertThatIllegalArgumentException().isThrownBy(() -> policy().trainedBy());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy().registeredWithin(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy().metricAtLeast("loss", Double.NaN));
  }
}
