package org.modelledger.chain.ethereum;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.modelledger.model.Digest;
import org.modelledger.registry.Role;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.NodeExtension;

/** Every command in its dearest situation, with names of all lengths, against the bound of its gas. */
class GasBoundsIT {
  private static final double SLACK = 1.25;
  /** What is cleared is paid back, a fifth of the whole at most, after it was needed. */
  private static final double SLACK_WITH_REFUND = 1.45;
  private static final int[] ENVIRONMENTS = {1, 31, 32, 33, 64};
  private static final int OWNER = 1;
  private static final int OTHER = 2;

  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension.anvil(AnvilOptions.DEFAULT);

  @Test
  void whatIsBoundIsEnoughAndNotMuchTooMuch() {
    Judge judge = new Judge(ContractOnAnvil.deploy(ANVIL.node()));
    String other = judge.contract.account(OTHER);
    for (int length : new int[]{1, 2, 31, 32, 33, 64, 65, 128}) {
      for (int i = 0; i < ENVIRONMENTS.length; i++) {
        String name = name((char) ('a' + i), length);
        String environment = name('e', ENVIRONMENTS[i]);
        judge.accepted(OWNER, Verbs.createModel(name));
        judge.accepted(OWNER, Verbs.grantRole(name, other, Role.TRAINER));
        judge.accepted(OWNER, Verbs.grantRole(name, other, Role.DEPLOYER));
        judge.accepted(OTHER, Verbs.trainModel(name, digest("1"), digest("statement")));
        judge.accepted(OTHER, Verbs.trainModel(name, digest("2"), digest("statement")));
        judge.accepted(OTHER, Verbs.deployModel(name, 1, environment));
        judge.accepted(OTHER, Verbs.undeployModel(name, environment));
        judge.accepted(OWNER, Verbs.revokeVersion(name, 1, digest("reason")));
        judge.clearing(OWNER, Verbs.revokeRole(name, other, Role.TRAINER));
        judge.accepted(OWNER, Verbs.transferOwnership(name, other));
        judge.clearing(OTHER, Verbs.acceptOwnership(name));
      }
    }
    for (int length : new int[]{1, 31, 32, 64, 128, 255}) {
      judge.accepted(OWNER, Verbs.anchorLog(name('o', length), Long.MAX_VALUE, digest("root")));
    }
    judge.found.assertAll();
  }

  @Test
  void whatIsBoundIsEnoughForARefusal() {
    Judge judge = new Judge(ContractOnAnvil.deploy(ANVIL.node()));
    judge.accepted(OWNER, Verbs.createModel("acme/digits"));
    judge.accepted(OWNER, Verbs.trainModel("acme/digits", digest("1"), digest("statement")));
    judge.accepted(OWNER, Verbs.revokeVersion("acme/digits", 1, digest("reason")));
    judge.accepted(OWNER, Verbs.anchorLog(name('o', 255), 2, digest("root")));
    String nobody = name('n', 128);
    judge.refused(Verbs.createModel("acme/digits"));
    judge.refused(Verbs.createModel(name('n', 127) + "/"));
    judge.refused(Verbs.trainModel("acme/digits", digest("1"), digest("statement")));
    judge.refused(Verbs.trainModel(nobody, digest("1"), digest("statement")));
    judge.refused(Verbs.deployModel("acme/digits", 1, name('e', 64)));
    judge.refused(Verbs.undeployModel("acme/digits", name('e', 64)));
    judge.refused(Verbs.undeployModel(nobody, name('e', 64)));
    judge.refused(Verbs.revokeVersion("acme/digits", 2, digest("reason")));
    judge.refused(Verbs.grantRole(nobody, judge.contract.account(OTHER), Role.WORKER));
    judge.refused(
        Verbs.revokeRole("acme/digits", judge.contract.account(OTHER), Role.WORKER));
    judge.refused(Verbs.transferOwnership(nobody, judge.contract.account(OTHER)));
    judge.refused(Verbs.acceptOwnership("acme/digits"));
    judge.refused(Verbs.anchorLog(name('o', 255), 2, digest("root")));
    judge.refused(new byte[0]);
    judge.refused(new byte[300]);
    judge.found.assertAll();
  }

  @Test
  void eachPredecessorTakesNoMoreThanItsBound() {
    Judge judge = new Judge(ContractOnAnvil.deploy(ANVIL.node()).successor());
    judge.besides = GasBounds.PREDECESSOR;
    judge.accepted(OWNER, Verbs.createModel("a"));
    judge.accepted(OWNER, Verbs.createModel(name('n', 128)));
    Judge third = new Judge(judge.contract.successor());
    third.besides = 2 * GasBounds.PREDECESSOR;
    third.accepted(OWNER, Verbs.createModel(name('n', 128)));
    third.accepted(OWNER, Verbs.createModel(name('m', 128)));
    judge.found.assertAll();
    third.found.assertAll();
  }

  private static final class Judge {
    private final ContractOnAnvil contract;
    private final SoftAssertions found = new SoftAssertions();
    private int count;
    private long besides;

    Judge(ContractOnAnvil contract) {
      this.contract = contract;
    }

    void accepted(int account, byte[] command) {
      judge(account, command, SLACK);
    }

    /** Accepted, and storage is cleared by it. */
    void clearing(int account, byte[] command) {
      judge(account, command, SLACK_WITH_REFUND);
    }

    void refused(byte[] command) {
      judge(OWNER, command, Double.POSITIVE_INFINITY);
    }

    private void judge(int account, byte[] command, double slack) {
      count++;
      long bound = GasBounds.TRANSACTION + GasBounds.BUCKET + GasBounds.submission(command)
          + besides;
      // a new lane, an id that is far from all others, and no more gas than the bound
      long used = contract.execute(account, digest("lane" + count), 256L * count, List.of(command),
          bound);
      found.assertThat((double) bound / used)
          .as("command %d, of %d bytes, took %d", count, command.length, used)
          .isBetween(1.0, slack);
    }
  }

  private static String name(char first, int length) {
    return first + "x".repeat(length - 1);
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(UTF_8));
  }
}
