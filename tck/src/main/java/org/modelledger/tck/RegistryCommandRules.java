package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.Command.RevokeRole;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.UndeployModel;
import org.modelledger.registry.LedgerEvent.ModelCreated;
import org.modelledger.registry.LedgerEvent.ModelDeployed;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.LedgerEvent.ModelUndeployed;
import org.modelledger.registry.LedgerEvent.VersionRevoked;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.VersionRevokedException;

/** The rows of the table of rules that are about models and their versions. */
abstract class RegistryCommandRules extends RegistryRules {
  @Nested
  @DisplayName("CreateModel")
  class Create {
    @Test
    @DisplayName("makes the author the owner of a model without versions, roles and deployments")
    void makesTheAuthorTheOwner() throws Exception {
      Actor alice = alice();

      ModelCreated event = alice.does(new CreateModel(MODEL));

      assertThat(event.model()).isEqualTo(MODEL);
      assertThat(event.header().author()).isEqualTo(alice.id);
      assertThat(alice.model(MODEL)).isEqualTo(
          new ModelRecord(MODEL, alice.id, Optional.empty(), Map.of(), Map.of(), 0));
    }

    @Test
    @DisplayName("is open to anyone")
    void isOpenToAnyone() throws Exception {
      alice().does(new CreateModel(MODEL));
      bob().does(new CreateModel(OTHER_MODEL));

      assertThat(bob().model(MODEL).owner()).isEqualTo(alice().id);
      assertThat(bob().model(OTHER_MODEL).owner()).isEqualTo(bob().id);
    }

    @Test
    @DisplayName("of a name that is taken is AlreadyExists, for the owner too, and changes nothing")
    void refusesATakenName() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      ModelRecord before = alice.model(MODEL);

      AlreadyExistsException refusal = bob().isRefused(new CreateModel(MODEL),
          AlreadyExistsException.class);
      alice.isRefused(new CreateModel(MODEL), AlreadyExistsException.class);

      assertThat(refusal).hasMessageContaining(MODEL.value());
      assertThat(refusal.existing()).isEmpty();
      assertThat(alice.model(MODEL)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "a.b_c-d", "a--", "0/1/2", "a/b.c/d_e/f-g",
        "abcdefghijklmnopqrstuvwxyz0123456789._-/abcdefghijklmnopqrstuvwxyz0123456789._-/"
            + "abcdefghijklmnopqrstuvwxyz0123456789._-/12345678"})
    @DisplayName("takes every name of the grammar, up to 128 characters, as it is")
    void takesEveryName(String name) throws Exception {
      ModelName model = ModelName.of(name);

      assertThat(alice().does(new CreateModel(model)).model()).isEqualTo(model);
      assertThat(alice().model(model).name()).isEqualTo(model);
    }

    @Test
    @DisplayName("keeps models apart whose names are alike")
    void keepsModelsApart() throws Exception {
      ModelName prefix = ModelName.of("acme");
      ModelName inside = ModelName.of("acme/digits/1");
      Actor alice = aliceOwns(MODEL, 2);
      alice.does(new CreateModel(prefix));
      alice.does(new CreateModel(inside));
      alice.does(register(inside, 7));

      assertThat(alice.model(prefix).latestVersion()).isZero();
      assertThat(alice.model(inside).latestVersion()).isEqualTo(1);
      assertThat(alice.model(MODEL).latestVersion()).isEqualTo(2);
    }
  }

  @Nested
  @DisplayName("RegisterVersion")
  class Register {
    @Test
    @DisplayName("leaves ModelTrained and the version that it says")
    void leavesTheVersion() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      RegisterVersion command = register(MODEL, 1);

      ModelTrained event = alice.does(command);

      assertThat(event.version()).isEqualTo(MODEL.version(1));
      assertThat(event.artifact()).isEqualTo(command.artifact());
      assertThat(event.statement()).isEqualTo(command.statement());
      assertThat(event.header().author()).isEqualTo(alice.id);
      assertThat(alice.registry.version(MODEL.version(1))).contains(
          new ModelVersion(MODEL.version(1), command.artifact(), command.statement(), alice.id,
              event.header().time(), event.header().position(), Optional.empty()));
    }

    @Test
    @DisplayName("counts versions from 1, by model, without gaps where one was refused")
    void countsFromOne() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      alice.does(new CreateModel(OTHER_MODEL));

      assertThat(alice.does(register(MODEL, 1)).version().number()).isEqualTo(1);
      assertThat(alice.does(register(OTHER_MODEL, 1)).version().number()).isEqualTo(1);
      bob().isRefused(register(MODEL, 2), NotAuthorizedException.class);
      alice.isRefused(register(MODEL, 1), AlreadyExistsException.class);
      assertThat(alice.does(register(MODEL, 3)).version().number()).isEqualTo(2);

      assertThat(alice.model(MODEL).latestVersion()).isEqualTo(2);
      assertThat(alice.registry.version(MODEL.version(3))).isEmpty();
    }

    @Test
    @DisplayName("is for a TRAINER, who becomes the version's author")
    void isForTrainers() throws Exception {
      aliceOwns(MODEL, 0).grants(MODEL, bob(), Role.TRAINER);

      bob().does(register(MODEL, 1));

      assertThat(bob().registry.version(MODEL.version(1)).orElseThrow().author())
          .isEqualTo(bob().id);
    }

    @Test
    @DisplayName("by anyone else is NotAuthorized, which names the account and the role")
    void refusesOthers() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      alice.grants(MODEL, bob(), Role.DEPLOYER);
      alice.grants(MODEL, bob(), Role.WORKER);
      alice.does(new CreateModel(OTHER_MODEL));
      alice.grants(OTHER_MODEL, carol(), Role.TRAINER);

      bob().isRefused(register(MODEL, 1), NotAuthorizedException.class);
      NotAuthorizedException refusal = carol().isRefused(register(MODEL, 1),
          NotAuthorizedException.class);

      assertThat(refusal).hasMessageContaining(carol().id.value())
          .hasMessageContaining(Role.TRAINER.name());
      assertThat(alice.model(MODEL).latestVersion()).isZero();
    }

    @Test
    @DisplayName("of a model that does not exist is NotFound")
    void refusesAnUnknownModel() {
      assertThat(alice().isRefused(register(MODEL, 1), NotFoundException.class))
          .hasMessageContaining(MODEL.value());
    }

    @Test
    @DisplayName("of the same two digests again is AlreadyExists and names the version")
    void refusesTheSamePair() throws Exception {
      Actor alice = aliceOwns(MODEL, 3);
      alice.grants(MODEL, bob(), Role.TRAINER);

      for (Actor author : new Actor[]{alice, bob()}) {
        AlreadyExistsException refusal = author.isRefused(register(MODEL, 2),
            AlreadyExistsException.class);
        assertThat(refusal.existing()).contains(MODEL.version(2));
        assertThat(refusal).hasMessageContaining(MODEL.version(2).toString());
      }
      assertThat(alice.model(MODEL).latestVersion()).isEqualTo(3);
    }

    @Test
    @DisplayName("of the two digests of a revoked version is AlreadyExists, too")
    void refusesThePairOfARevokedVersion() throws Exception {
      Actor alice = aliceOwns(MODEL, 2);
      alice.does(new RevokeVersion(MODEL.version(1), digest("why")));

      assertThat(alice.isRefused(register(MODEL, 1), AlreadyExistsException.class).existing())
          .contains(MODEL.version(1));
    }

    @Test
    @DisplayName("takes one digest of the two again, both in each other's place, both elsewhere")
    void takesDigestsThatAreNotTheSamePair() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.does(new CreateModel(OTHER_MODEL));
      RegisterVersion first = register(MODEL, 1);

      alice.does(new RegisterVersion(MODEL, first.artifact(), digest("another statement")));
      alice.does(new RegisterVersion(MODEL, digest("another artifact"), first.statement()));
      alice.does(new RegisterVersion(MODEL, first.statement(), first.artifact()));
      alice.does(register(OTHER_MODEL, 1));

      assertThat(alice.model(MODEL).latestVersion()).isEqualTo(4);
      assertThat(alice.model(OTHER_MODEL).latestVersion()).isEqualTo(1);
    }

    @Test
    @DisplayName("asks whether the author may before it says what exists")
    void checksTheAuthorFirst() throws Exception {
      aliceOwns(MODEL, 1);

      bob().isRefused(register(MODEL, 1), NotAuthorizedException.class);
    }
  }

  @Nested
  @DisplayName("DeployVersion")
  class Deploy {
    @Test
    @DisplayName("puts the version into the environment and leaves ModelDeployed")
    void putsTheVersionThere() throws Exception {
      Actor alice = aliceOwns(MODEL, 2);

      ModelDeployed event = alice.does(deploy(MODEL.version(2), PRODUCTION));

      assertThat(event.version()).isEqualTo(MODEL.version(2));
      assertThat(event.environment()).isEqualTo(PRODUCTION);
      assertThat(event.header().author()).isEqualTo(alice.id);
      assertThat(alice.registry.deployed(MODEL, PRODUCTION))
          .isEqualTo(alice.registry.version(MODEL.version(2)))
          .isPresent();
      assertThat(alice.registry.deployed(MODEL, STAGING)).isEmpty();
      assertThat(alice.model(MODEL).deployments())
          .isEqualTo(Map.of(PRODUCTION, MODEL.version(2)));
    }

    @Test
    @DisplayName("takes the place of the version before it, newer or older")
    void replaces() throws Exception {
      Actor alice = aliceOwns(MODEL, 2);
      alice.does(deploy(MODEL.version(2), PRODUCTION));
      alice.does(deploy(MODEL.version(1), PRODUCTION));

      assertThat(alice.model(MODEL).deployments())
          .isEqualTo(Map.of(PRODUCTION, MODEL.version(1)));
    }

    @Test
    @DisplayName("of what is there already is recorded again")
    void recordsTheSameAgain() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      ModelDeployed first = alice.does(deploy(MODEL.version(1), PRODUCTION));
      ModelDeployed second = alice.does(deploy(MODEL.version(1), PRODUCTION));

      assertThat(second.header().position()).isGreaterThan(first.header().position());
      assertThat(alice.history()).endsWith(first, second);
    }

    @Test
    @DisplayName("fills each environment by itself, with one version in several")
    void fillsEachEnvironment() throws Exception {
      Actor alice = aliceOwns(MODEL, 2);
      EnvironmentName longest = EnvironmentName.of("0" + "z._-".repeat(15) + "abc");
      alice.does(deploy(MODEL.version(1), PRODUCTION));
      alice.does(deploy(MODEL.version(2), STAGING));
      alice.does(deploy(MODEL.version(1), longest));

      assertThat(alice.model(MODEL).deployments()).isEqualTo(Map.of(PRODUCTION, MODEL.version(1),
          STAGING, MODEL.version(2), longest, MODEL.version(1)));
    }

    @Test
    @DisplayName("is for a DEPLOYER")
    void isForDeployers() throws Exception {
      aliceOwns(MODEL, 1).grants(MODEL, bob(), Role.DEPLOYER);

      bob().does(deploy(MODEL.version(1), PRODUCTION));

      assertThat(bob().registry.deployed(MODEL, PRODUCTION)).isPresent();
    }

    @Test
    @DisplayName("by anyone else is NotAuthorized, which names the account and the role")
    void refusesOthers() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.grants(MODEL, bob(), Role.TRAINER);
      alice.grants(MODEL, bob(), Role.WORKER);

      bob().isRefused(deploy(MODEL.version(1), PRODUCTION), NotAuthorizedException.class);
      NotAuthorizedException refusal = carol().isRefused(deploy(MODEL.version(1), PRODUCTION),
          NotAuthorizedException.class);

      assertThat(refusal).hasMessageContaining(carol().id.value())
          .hasMessageContaining(Role.DEPLOYER.name());
      assertThat(alice.registry.deployed(MODEL, PRODUCTION)).isEmpty();
    }

    @Test
    @DisplayName("of a model or version that does not exist is NotFound")
    void refusesWhatIsUnknown() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.does(new CreateModel(OTHER_MODEL));

      alice.isRefused(deploy(ModelName.of("nothing").version(1), PRODUCTION),
          NotFoundException.class);
      alice.isRefused(deploy(OTHER_MODEL.version(1), PRODUCTION), NotFoundException.class);
      assertThat(
          alice.isRefused(deploy(MODEL.version(2), PRODUCTION), NotFoundException.class))
          .hasMessageContaining(MODEL.version(2).toString());
    }

    @Test
    @DisplayName("of a revoked version is VersionRevoked and leaves what is there")
    void refusesARevokedVersion() throws Exception {
      Actor alice = aliceOwns(MODEL, 2);
      alice.does(deploy(MODEL.version(1), PRODUCTION));
      alice.does(new RevokeVersion(MODEL.version(2), digest("why")));

      assertThat(
          alice.isRefused(deploy(MODEL.version(2), PRODUCTION), VersionRevokedException.class))
          .hasMessageContaining(MODEL.version(2).toString());
      assertThat(alice.model(MODEL).deployments())
          .isEqualTo(Map.of(PRODUCTION, MODEL.version(1)));
    }

    @Test
    @DisplayName("asks whether the author may before it says what exists or is revoked")
    void checksTheAuthorFirst() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.does(new RevokeVersion(MODEL.version(1), digest("why")));

      bob().isRefused(deploy(MODEL.version(1), PRODUCTION), NotAuthorizedException.class);
      bob().isRefused(deploy(MODEL.version(9), PRODUCTION), NotAuthorizedException.class);
    }
  }

  @Nested
  @DisplayName("UndeployModel")
  class Undeploy {
    @Test
    @DisplayName("leaves the environment without a version, and ModelUndeployed")
    void emptiesTheEnvironment() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.does(deploy(MODEL.version(1), PRODUCTION));
      alice.does(deploy(MODEL.version(1), STAGING));

      ModelUndeployed event = alice.does(new UndeployModel(MODEL, PRODUCTION));

      assertThat(event.model()).isEqualTo(MODEL);
      assertThat(event.environment()).isEqualTo(PRODUCTION);
      assertThat(event.header().author()).isEqualTo(alice.id);
      assertThat(alice.registry.deployed(MODEL, PRODUCTION)).isEmpty();
      assertThat(alice.model(MODEL).deployments()).isEqualTo(Map.of(STAGING, MODEL.version(1)));
      assertThat(alice.registry.version(MODEL.version(1)).orElseThrow().isRevoked()).isFalse();
    }

    @Test
    @DisplayName("is for a DEPLOYER")
    void isForDeployers() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.grants(MODEL, bob(), Role.DEPLOYER);
      alice.does(deploy(MODEL.version(1), PRODUCTION));

      bob().does(new UndeployModel(MODEL, PRODUCTION));

      assertThat(bob().model(MODEL).deployments()).isEmpty();
    }

    @Test
    @DisplayName("where nothing is deployed, or of a model that does not exist, is NotFound")
    void refusesWhatIsNotThere() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.does(deploy(MODEL.version(1), PRODUCTION));
      alice.does(new UndeployModel(MODEL, PRODUCTION));

      alice.isRefused(new UndeployModel(MODEL, PRODUCTION), NotFoundException.class);
      alice.isRefused(new UndeployModel(MODEL, STAGING), NotFoundException.class);
      alice.isRefused(new UndeployModel(OTHER_MODEL, STAGING), NotFoundException.class);
    }

    @Test
    @DisplayName("by anyone else is NotAuthorized, whether something is deployed or not")
    void refusesOthers() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.grants(MODEL, bob(), Role.TRAINER);
      alice.does(deploy(MODEL.version(1), PRODUCTION));

      bob().isRefused(new UndeployModel(MODEL, PRODUCTION), NotAuthorizedException.class);
      assertThat(
          carol().isRefused(new UndeployModel(MODEL, STAGING), NotAuthorizedException.class))
          .hasMessageContaining(carol().id.value())
          .hasMessageContaining(Role.DEPLOYER.name());
      assertThat(alice.registry.deployed(MODEL, PRODUCTION)).isPresent();
    }
  }

  @Nested
  @DisplayName("RevokeVersion")
  class Revoke {
    @Test
    @DisplayName("marks the version with the reason and leaves VersionRevoked")
    void marksTheVersion() throws Exception {
      Actor alice = aliceOwns(MODEL, 2);
      ModelVersion before = alice.registry.version(MODEL.version(1)).orElseThrow();

      VersionRevoked event = alice.does(new RevokeVersion(MODEL.version(1), digest("why")));

      assertThat(event.version()).isEqualTo(MODEL.version(1));
      assertThat(event.reason()).isEqualTo(digest("why"));
      assertThat(event.header().author()).isEqualTo(alice.id);
      assertThat(alice.registry.version(MODEL.version(1))).contains(
          new ModelVersion(before.id(), before.artifact(), before.statement(), before.author(),
              before.registeredAt(), before.position(), Optional.of(digest("why"))));
      assertThat(alice.registry.version(MODEL.version(2)).orElseThrow().isRevoked()).isFalse();
      assertThat(alice.model(MODEL).latestVersion()).isEqualTo(2);
    }

    @Test
    @DisplayName("clears every environment of the version, and no other")
    void clearsItsEnvironments() throws Exception {
      Actor alice = aliceOwns(MODEL, 2);
      alice.does(new CreateModel(OTHER_MODEL));
      alice.does(register(OTHER_MODEL, 1));
      EnvironmentName canary = EnvironmentName.of("canary");
      alice.does(deploy(MODEL.version(1), PRODUCTION));
      alice.does(deploy(MODEL.version(2), STAGING));
      alice.does(deploy(MODEL.version(1), canary));
      alice.does(deploy(OTHER_MODEL.version(1), PRODUCTION));

      alice.does(new RevokeVersion(MODEL.version(1), digest("why")));

      assertThat(alice.model(MODEL).deployments()).isEqualTo(Map.of(STAGING, MODEL.version(2)));
      assertThat(alice.registry.deployed(MODEL, PRODUCTION)).isEmpty();
      assertThat(alice.registry.deployed(MODEL, canary)).isEmpty();
      assertThat(alice.registry.deployed(OTHER_MODEL, PRODUCTION)).isPresent();
    }

    @Test
    @DisplayName("leaves the environment to other versions")
    void leavesTheEnvironmentToOthers() throws Exception {
      Actor alice = aliceOwns(MODEL, 2);
      alice.does(deploy(MODEL.version(1), PRODUCTION));
      alice.does(new RevokeVersion(MODEL.version(1), digest("why")));
      alice.isRefused(new UndeployModel(MODEL, PRODUCTION), NotFoundException.class);

      alice.does(deploy(MODEL.version(2), PRODUCTION));

      assertThat(alice.model(MODEL).deployments())
          .isEqualTo(Map.of(PRODUCTION, MODEL.version(2)));
    }

    @Test
    @DisplayName("is final: again it is VersionRevoked, and the first reason stays")
    void isFinal() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.does(new RevokeVersion(MODEL.version(1), digest("why")));

      alice.isRefused(new RevokeVersion(MODEL.version(1), digest("why")),
          VersionRevokedException.class);
      alice.isRefused(new RevokeVersion(MODEL.version(1), digest("another reason")),
          VersionRevokedException.class);

      assertThat(alice.registry.version(MODEL.version(1)).orElseThrow().revocation())
          .contains(digest("why"));
    }

    @Test
    @DisplayName("never gives the version's number to another")
    void keepsTheNumber() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.does(new RevokeVersion(MODEL.version(1), digest("why")));

      assertThat(alice.does(register(MODEL, 2)).version()).isEqualTo(MODEL.version(2));
    }

    @Test
    @DisplayName("of a model or version that does not exist is NotFound")
    void refusesWhatIsUnknown() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);

      alice.isRefused(new RevokeVersion(MODEL.version(2), digest("why")),
          NotFoundException.class);
      alice.isRefused(new RevokeVersion(OTHER_MODEL.version(1), digest("why")),
          NotFoundException.class);
    }

    @Test
    @DisplayName("by anyone but the owner is NotAuthorized, whether the version exists or not")
    void refusesOthers() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      for (Role role : Role.values()) {
        alice.grants(MODEL, bob(), role);
      }

      assertThat(bob().isRefused(new RevokeVersion(MODEL.version(1), digest("why")),
          NotAuthorizedException.class)).hasMessageContaining(bob().id.value());
      carol().isRefused(new RevokeVersion(MODEL.version(5), digest("why")),
          NotAuthorizedException.class);
      assertThat(alice.registry.version(MODEL.version(1)).orElseThrow().isRevoked()).isFalse();
    }
  }

  @Nested
  @DisplayName("GrantRole and RevokeRole")
  class Roles {
    @Test
    @DisplayName("GrantRole gives the account the role and leaves RoleChanged")
    void grants() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);

      var event = alice.does(new GrantRole(MODEL, bob().id, Role.WORKER));

      assertThat(event.model()).isEqualTo(MODEL);
      assertThat(event.account()).isEqualTo(bob().id);
      assertThat(event.role()).isEqualTo(Role.WORKER);
      assertThat(event.granted()).isTrue();
      assertThat(event.header().author()).isEqualTo(alice.id);
      assertThat(alice.model(MODEL).roles()).isEqualTo(Map.of(Role.WORKER, Set.of(bob().id)));
    }

    @Test
    @DisplayName("RevokeRole takes it, and no other, and leaves RoleChanged")
    void revokes() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      for (Role role : Role.values()) {
        alice.grants(MODEL, bob(), role);
      }
      alice.grants(MODEL, carol(), Role.TRAINER);

      var event = alice.does(new RevokeRole(MODEL, bob().id, Role.TRAINER));
      alice.does(new RevokeRole(MODEL, bob().id, Role.WORKER));

      assertThat(event.model()).isEqualTo(MODEL);
      assertThat(event.account()).isEqualTo(bob().id);
      assertThat(event.role()).isEqualTo(Role.TRAINER);
      assertThat(event.granted()).isFalse();
      assertThat(alice.model(MODEL).roles()).isEqualTo(
          Map.of(Role.TRAINER, Set.of(carol().id), Role.DEPLOYER, Set.of(bob().id)));
      bob().isRefused(register(MODEL, 2), NotAuthorizedException.class);
      bob().does(deploy(MODEL.version(1), PRODUCTION));
    }

    @Test
    @DisplayName("a role is on one model only")
    void areByModel() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      alice.does(new CreateModel(OTHER_MODEL));

      alice.grants(MODEL, bob(), Role.TRAINER);

      assertThat(alice.model(OTHER_MODEL).roles()).isEmpty();
      bob().isRefused(register(OTHER_MODEL, 1), NotAuthorizedException.class);
    }

    @Test
    @DisplayName("GrantRole of what the account has already is AlreadyExists")
    void refusesToGrantTwice() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      alice.grants(MODEL, bob(), Role.TRAINER);

      AlreadyExistsException refusal = alice.isRefused(
          new GrantRole(MODEL, bob().id, Role.TRAINER), AlreadyExistsException.class);

      assertThat(refusal).hasMessageContaining(bob().id.value())
          .hasMessageContaining(Role.TRAINER.name());
      assertThat(refusal.existing()).isEmpty();
    }

    @Test
    @DisplayName("RevokeRole of what the account does not have is NotFound")
    void refusesToRevokeWhatIsNotThere() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      alice.grants(MODEL, bob(), Role.TRAINER);

      alice.isRefused(new RevokeRole(MODEL, bob().id, Role.DEPLOYER), NotFoundException.class);
      alice.isRefused(new RevokeRole(MODEL, carol().id, Role.TRAINER), NotFoundException.class);
      alice.does(new RevokeRole(MODEL, bob().id, Role.TRAINER));
      assertThat(
          alice.isRefused(new RevokeRole(MODEL, bob().id, Role.TRAINER), NotFoundException.class))
          .hasMessageContaining(bob().id.value());
    }

    @Test
    @DisplayName("of a model that does not exist is NotFound")
    void refusesAnUnknownModel() {
      Actor alice = alice();

      alice.isRefused(new GrantRole(MODEL, bob().id, Role.TRAINER), NotFoundException.class);
      alice.isRefused(new RevokeRole(MODEL, bob().id, Role.TRAINER), NotFoundException.class);
    }

    @Test
    @DisplayName("by anyone but the owner is NotAuthorized, also for a role of one's own")
    void refusesOthers() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      for (Role role : Role.values()) {
        alice.grants(MODEL, bob(), role);
      }

      for (Role role : Role.values()) {
        bob().isRefused(new GrantRole(MODEL, carol().id, role), NotAuthorizedException.class);
        bob().isRefused(new RevokeRole(MODEL, bob().id, role), NotAuthorizedException.class);
        carol().isRefused(new GrantRole(MODEL, carol().id, role), NotAuthorizedException.class);
        // that bob has it already is not for carol to know
        carol().isRefused(new GrantRole(MODEL, bob().id, role), NotAuthorizedException.class);
      }
      assertThat(alice.model(MODEL).roles()).hasSize(3)
          .allSatisfy((role, accounts) -> assertThat(accounts).containsExactly(bob().id));
    }

    @Test
    @DisplayName("a WORKER may neither register nor deploy")
    void workersOnlyWork() throws Exception {
      aliceOwns(MODEL, 1).grants(MODEL, bob(), Role.WORKER);

      bob().isRefused(register(MODEL, 2), NotAuthorizedException.class);
      bob().isRefused(deploy(MODEL.version(1), PRODUCTION), NotAuthorizedException.class);
    }
  }
}
