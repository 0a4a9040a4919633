package org.modelledger.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modelledger.lineage.DeployPolicy.Tally;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.SigningKeys;

class DeployPolicyTest {
  private static final AccountId ANN = AccountId.of("ann");
  private static final AccountId BOB = AccountId.of("bob");
  private static final AccountId EVE = AccountId.of("eve");
  private static final SigningKeys ANNS = SigningKeys.generate();
  private static final SigningKeys BOBS = SigningKeys.generate();
  private static final SigningKeys EVES = SigningKeys.generate();
  private static final EnvironmentName PRODUCTION = EnvironmentName.of("production");
  private static final Instant TIME = Instant.parse("2026-11-27T10:00:00Z");
  private static final String LEDGER = "local:x";
  private static final ModelVersion VERSION = new ModelVersion(
      ModelVersionId.parse("acme/digits:1"), Digest.sha256(new byte[]{1}),
      Digest.sha256(new byte[]{2}), EVE, TIME, new LedgerPosition(1, 0), Optional.empty());
  private static final DeployPolicy TWO = DeployPolicy.builder()
      .approver(ANN, ANNS.publicKey())
      .approver(BOB, BOBS.publicKey())
      .require("production", 2)
      .build();

  private static ApprovalStatement by(AccountId approver) {
    return new ApprovalStatement(LEDGER, VERSION.id(), VERSION.artifact(), VERSION.statement(),
        PRODUCTION, approver, "", TIME);
  }

  private static Tally count(AccountId deployer, byte[]... envelopes) {
    return TWO.count(LEDGER, VERSION, PRODUCTION, deployer, List.of(envelopes));
  }

  @Test
  void countsAccountsNotApprovals() {
    byte[] ann = Statements.sign(by(ANN), ANNS);
    byte[] again = Statements.sign(by(ANN), ANNS);
    byte[] bob = Statements.sign(by(BOB), BOBS);

    assertThat(count(EVE, ann, again).missing()).isEqualTo(1);
    assertThat(count(EVE, ann, again).isMet()).isFalse();
    Tally met = count(EVE, ann, bob, again);
    assertThat(met.isMet()).isTrue();
    assertThat(met.approvedBy()).containsOnlyKeys(ANN, BOB)
        .containsEntry(ANN, Digest.sha256(ann));
    assertThat(met.notCounted()).isEmpty();
  }

  @Test
  void whoDeploysDoesNotApprove() {
    Tally tally = count(BOB, Statements.sign(by(ANN), ANNS), Statements.sign(by(BOB), BOBS));

    assertThat(tally.approvedBy()).containsOnlyKeys(ANN);
    assertThat(tally.notCounted())
        .containsExactly("the approval by bob is by the account that deploys");
  }

  @Test
  void aKeySpeaksForItsAccountAlone() {
    Tally tally = count(EVE, Statements.sign(by(ANN), EVES), Statements.sign(by(BOB), ANNS),
        Statements.sign(by(EVE), EVES));

    assertThat(tally.approvedBy()).isEmpty();
    assertThat(tally.notCounted()).hasSize(3)
        .anySatisfy(it -> assertThat(it).startsWith("the approval by ann does not hold"))
        .anySatisfy(it -> assertThat(it).startsWith("the approval by bob does not hold"))
        .contains("the approval by eve is by an account that the policy does not name");
  }

  @Test
  void anApprovalIsAboutOneVersionOnOneLedger() {
    Digest other = Digest.sha256(new byte[]{3});
    ApprovalStatement good = by(ANN);
    for (ApprovalStatement bad : List.of(
        new ApprovalStatement("local:y", good.version(), good.artifact(), good.statement(),
            PRODUCTION, ANN, "", TIME),
        new ApprovalStatement(LEDGER, good.version(), other, good.statement(), PRODUCTION, ANN, "",
            TIME),
        new ApprovalStatement(LEDGER, good.version(), good.artifact(), other, PRODUCTION, ANN, "",
            TIME))) {
      Tally tally = count(EVE, Statements.sign(bad, ANNS));
      assertThat(tally.approvedBy()).isEmpty();
      assertThat(tally.notCounted()).containsExactly(
          "the approval by ann is about other files, another lineage or another ledger");
    }
    ApprovalStatement elsewhere = new ApprovalStatement(LEDGER, good.version(), good.artifact(),
        good.statement(), EnvironmentName.of("staging"), ANN, "", TIME);
    Tally passedOver = count(EVE, Statements.sign(elsewhere, ANNS), new byte[]{'{', '}'});
    assertThat(passedOver.approvedBy()).isEmpty();
    assertThat(passedOver.notCounted()).isEmpty();
  }

  @Test
  void saysWhatIsMissing() {
    NotApprovedException refused = new NotApprovedException(VERSION.id(), PRODUCTION,
        count(BOB, Statements.sign(by(ANN), ANNS), Statements.sign(by(BOB), BOBS)));

    assertThat(refused).hasMessage("acme/digits:1 may not be put into production: 1 of the 2"
        + " accounts that the policy demands have approved it, [ann]; the approval by bob is by the"
        + " account that deploys");
    assertThat(refused.version()).isEqualTo(VERSION.id());
    assertThat(refused.environment()).isEqualTo(PRODUCTION);
    assertThat(refused.tally().missing()).isEqualTo(1);
    assertThat(refused.isRetryable()).isFalse();
  }

  @Test
  void demandsOnlyWhatCanBeGiven() {
    assertThat(TWO.required(EnvironmentName.of("staging"))).isZero();
    DeployPolicy.Builder policy = DeployPolicy.builder().approver(ANN, ANNS.publicKey());
    assertThatThrownBy(() -> policy.approver(BOB, ANNS.publicKey()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bob, whose key ann has, too");
    assertThatThrownBy(() -> policy.approver(ANN, BOBS.publicKey()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("named once");
    assertThatThrownBy(() -> policy.require("production", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> policy.require("production", 2).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the 1 approvers can give, for [production]");
  }
}
