package org.modelledger.chain.fabric.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.modelledger.chain.fabric.chaincode.Calls.Endorsed;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.chain.fabric.protocol.Batch.Submitted;
import org.modelledger.chain.fabric.protocol.Lane;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.Command.RevokeRole;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.TransferOwnership;
import org.modelledger.registry.Command.UndeployModel;
import org.modelledger.registry.Role;

/**
 * Which keys the commands read and write, and so which of them can be in one block. Both transactions
 * of a pair are endorsed on the same state and committed one after the other.
 */
class FootprintTest {
  private static final ModelName A = ModelName.of("acme/a");
  private static final ModelName B = ModelName.of("acme/b");
  private static final EnvironmentName PRODUCTION = EnvironmentName.of("production");
  private static final EnvironmentName STAGING = EnvironmentName.of("staging");

  private final Calls calls = new Calls();

  @BeforeEach
  void twoModelsWithTwoVersions() {
    for (ModelName model : List.of(A, B)) {
      calls.does("ann", new CreateModel(model));
      calls.does("ann", register(model, 1));
      calls.does("ann", register(model, 2));
      calls.does("ann", new GrantRole(model, Calls.account("bob"), Role.TRAINER));
      calls.does("ann", new GrantRole(model, Calls.account("bob"), Role.DEPLOYER));
      calls.does("ann", new DeployVersion(model.version(1), STAGING));
    }
  }

  @Test
  void aRegistrationReadsTheModelTheRoleTheDigestsAndTheCounter() {
    Endorsed endorsed = calls.endorse("bob", register(A, 3));

    assertThat(types(endorsed.transaction().keysRead())).containsExactlyInAnyOrder("model", "role",
        "digests", "latest");
    assertThat(types(endorsed.transaction().keysWritten())).containsExactlyInAnyOrder("digests",
        "latest", "version");
  }

  @Test
  void aDeploymentReadsTheModelTheRoleAndItsVersion() {
    Endorsed endorsed = calls.endorse("bob", new DeployVersion(A.version(1), PRODUCTION));

    assertThat(types(endorsed.transaction().keysRead())).containsExactlyInAnyOrder("model", "role",
        "version");
    assertThat(types(endorsed.transaction().keysWritten())).containsExactly("deployment");
  }

  @Test
  void twoModelsNeverShareAKey() {
    for (Command<?> onA : commandsOn(A)) {
      for (Command<?> onB : commandsOn(B)) {
        Set<String> keysOfA = keys(calls.endorse("ann", onA));
        Set<String> keysOfB = keys(calls.endorse("ann", onB));
        keysOfA.retainAll(keysOfB);
        assertThat(keysOfA).as("%s and %s", onA, onB).isEmpty();
      }
    }
  }

  @Test
  void commandsOnTwoModelsGoIntoOneBlockInAnyOrder() {
    for (Command<?> onA : commandsOn(A)) {
      for (Command<?> onB : commandsOn(B)) {
        Calls fresh = new FootprintTest().prepared();
        Endorsed first = fresh.endorse("ann", onA);
        Endorsed second = fresh.endorse("ann", onB);
        assertThat(second.commit()).isTrue();
        assertThat(first.commit()).as("%s after %s", onA, onB).isTrue();
      }
    }
  }

  @Test
  void aDeploymentAndARegistrationOfOneModelGoIntoOneBlock() {
    goTogether(register(A, 3), new DeployVersion(A.version(2), PRODUCTION));
    goTogether(new DeployVersion(A.version(1), PRODUCTION), register(A, 4));
    goTogether(new UndeployModel(A, STAGING), register(A, 5));
  }

  @Test
  void deploymentsOfOneModelGoIntoOneBlock() {
    goTogether(new DeployVersion(A.version(1), PRODUCTION),
        new DeployVersion(A.version(2), STAGING));
    // the second one wins, as it would have after the first
    goTogether(new DeployVersion(A.version(1), PRODUCTION),
        new DeployVersion(A.version(2), PRODUCTION));
  }

  @Test
  void aRevocationConflictsWithDeploymentsOfItsVersionOnly() {
    goTogether(new RevokeVersion(A.version(2), Calls.digest("why")),
        new DeployVersion(A.version(1), PRODUCTION));
    // in this order the deployment was there when it was revoked
    goTogether(new DeployVersion(A.version(1), PRODUCTION),
        new RevokeVersion(A.version(1), Calls.digest("why")));
    conflict(new RevokeVersion(B.version(1), Calls.digest("why")),
        new DeployVersion(B.version(1), PRODUCTION));
  }

  @Test
  void registrationsOfOneModelConflictBecauseTheyAreNumbered() {
    conflict(register(A, 3), register(A, 4));
  }

  @Test
  void whoLosesARoleCannotUseItInTheSameBlock() {
    Endorsed taken = calls.endorse("ann",
        new RevokeRole(A, Calls.account("bob"), Role.TRAINER));
    Endorsed used = calls.endorse("bob", register(A, 3));

    assertThat(taken.commit()).isTrue();
    assertThat(used.commit()).isFalse();
  }

  @Test
  void aChangeOfOwnerConflictsWithWhatTheOwnerDoes() {
    conflict(new TransferOwnership(A, Calls.account("bob")), register(A, 3));
  }

  @Test
  void anchorsOfTwoAuthorsGoIntoOneBlock() {
    LogOrigin log = LogOrigin.of("acme.example/log");
    Endorsed anns = calls.endorse("ann", new AnchorLog(log, 5, Calls.digest("root")));
    Endorsed bobs = calls.endorse("bob", new AnchorLog(log, 5, Calls.digest("root")));

    assertThat(anns.commit()).isTrue();
    assertThat(bobs.commit()).isTrue();
  }

  @Test
  void batchesOfTwoLanesGoIntoOneBlockAndTwoOfOneLaneDoNot() {
    Endorsed first = calls.endorse("ann", batch(Calls.LANE, register(A, 3)));
    Endorsed sameLane = calls.endorse("ann", batch(Calls.LANE, register(B, 3)));
    Endorsed otherLane = calls.endorse("ann", batch(new Lane("cd".repeat(32)), register(B, 3)));

    assertThat(first.commit()).isTrue();
    assertThat(otherLane.commit()).isTrue();
    assertThat(sameLane.commit()).isFalse();
  }

  @Test
  void oneIdInTwoLanesHappensOnceAlsoInOneBlock() {
    Submitted submission = Calls.submitted(register(A, 3));
    Endorsed first = calls.endorse("ann", new Batch(Calls.LANE, 0, List.of(submission)).call());
    Endorsed second = calls.endorse("ann",
        new Batch(new Lane("cd".repeat(32)), 0, List.of(submission)).call());

    assertThat(first.commit()).isTrue();
    assertThat(second.commit()).isFalse();
  }

  @Test
  void thousandsOfRegistrationsOfDifferentModelsGoIntoOneBlock() {
    List<Endorsed> block = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      calls.does("ann", new CreateModel(ModelName.of("m" + i)));
    }
    for (int i = 0; i < 2_000; i++) {
      block.add(calls.endorse("ann", register(ModelName.of("m" + i), 1)));
    }

    assertThat(block).allMatch(Endorsed::commit);
  }

  private Calls prepared() {
    twoModelsWithTwoVersions();
    return calls;
  }

  private void goTogether(Command<?> first, Command<?> second) {
    assertThat(commitBoth(first, second)).as("%s, then %s", first, second).isTrue();
  }

  private void conflict(Command<?> first, Command<?> second) {
    assertThat(commitBoth(first, second)).as("%s, then %s", first, second).isFalse();
  }

  private boolean commitBoth(Command<?> first, Command<?> second) {
    Endorsed one = calls.endorse("ann", first);
    Endorsed two = calls.endorse("ann", second);
    assertThat(one.answer().message() + two.answer().message()).isEmpty();
    assertThat(one.commit()).isTrue();
    return two.commit();
  }

  private static List<String> batch(Lane lane, Command<?> command) {
    return new Batch(lane, 0, List.of(Calls.submitted(command))).call();
  }

  private static List<Command<?>> commandsOn(ModelName model) {
    return List.of(register(model, 3), new DeployVersion(model.version(1), PRODUCTION),
        new UndeployModel(model, STAGING),
        new RevokeVersion(model.version(1), Calls.digest("why")),
        new GrantRole(model, Calls.account("carol"), Role.WORKER),
        new RevokeRole(model, Calls.account("bob"), Role.TRAINER),
        new TransferOwnership(model, Calls.account("bob")));
  }

  private static RegisterVersion register(ModelName model, int i) {
    return new RegisterVersion(model, Calls.digest("artifact " + i), Calls.digest("statement"));
  }

  private static Set<String> keys(Endorsed endorsed) {
    Set<String> keys = new HashSet<>(endorsed.transaction().keysRead());
    keys.addAll(endorsed.transaction().keysWritten());
    return keys;
  }

  private static List<String> types(Set<String> keys) {
    return keys.stream().map(key -> key.split("\u0000", -1)[1]).toList();
  }
}
