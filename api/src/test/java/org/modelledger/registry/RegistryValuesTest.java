package org.modelledger.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;

class RegistryValuesTest {
  private static final ModelName MODEL = ModelName.of("acme/digits");
  private static final AccountId ALICE = AccountId.of("alice");
  private static final AccountId BOB = AccountId.of("bob");
  private static final EnvironmentName PRODUCTION = EnvironmentName.of("production");

  @ParameterizedTest
  @CsvSource({"-1,0", "0,0", "1207,3", "999999999999999999,999999999",
      "9223372036854775807,2147483647"})
  void positionsReadWhatTheyWrite(long block, int index) {
    LedgerPosition position = new LedgerPosition(block, index);

    assertThat(position).hasToString(block + "." + index);
    assertThat(LedgerPosition.parse(position.toString())).isEqualTo(position);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "1", "1.", ".1", "-2.0", "-1.1", "1.-1", "1.1.1", "+1.1", " 1.1",
      "1.1\n", "9223372036854775808.0", "0.2147483648", "99999999999999999999.0", "\u0661.0"})
  void whatIsNoPositionIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> LedgerPosition.parse(text));
  }

  @Test
  void positionsCountFromZeroAndBeginBeforeEverything() {
    assertThatIllegalArgumentException().isThrownBy(() -> new LedgerPosition(-2, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new LedgerPosition(-1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new LedgerPosition(0, -1));
    assertThat(LedgerPosition.START).isLessThan(new LedgerPosition(0, 0));
    assertThat(new LedgerPosition(0, 9)).isLessThan(new LedgerPosition(1, 0));
    assertThat(new LedgerPosition(1, 2)).isLessThan(new LedgerPosition(1, 10));
  }

  @Test
  void submissionIdsReadWhatTheyWriteAndDiffer() {
    SubmissionId id = SubmissionId.random();

    assertThat(SubmissionId.parse(id.toString())).isEqualTo(id);
    assertThat(SubmissionId.random()).isNotEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1-1-1-1-1", "123e4567-e89b-12d3-a456-42661417400",
      "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-4266141740000"})
  void whatIsNoSubmissionIdIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> SubmissionId.parse(text))
        .withMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void anchoredLogsHaveAnEntry(long size) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Command.AnchorLog(LogOrigin.of("log"), size, digest()))
        .withMessageContaining(Long.toString(size));
  }

  @Test
  void everyCommandAndEventRefusesNull() throws Exception {
    int checked = 0;
    for (Class<?> sealedType : new Class<?>[]{Command.class, LedgerEvent.class}) {
      for (Class<?> type : sealedType.getPermittedSubclasses()) {
        checked += refusesNull(type);
      }
    }
    for (Class<?> type : new Class<?>[]{EventHeader.class, ModelVersion.class, ModelRecord.class,
        Anchor.class, SubmissionId.class}) {
      checked += refusesNull(type);
    }
    assertThat(checked).isGreaterThan(50);
  }

  /** Sets one component after the other to null; returns how many. */
  private static int refusesNull(Class<?> type) throws Exception {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = components[i].getType();
    }
    int checked = 0;
    for (int missing = 0; missing < types.length; missing++) {
      if (types[missing].isPrimitive()) {
        continue;
      }
      Object[] values = new Object[types.length];
      for (int i = 0; i < values.length; i++) {
        if (i != missing) {
          values[i] = some(types[i]);
        }
      }
      assertThatNullPointerException().as("%s of %s", components[missing].getName(), type)
          .isThrownBy(() -> {
            try {
              type.getDeclaredConstructor(types).newInstance(values);
            } catch (InvocationTargetException e) {
              throw e.getCause();
            }
          });
      checked++;
    }
    return checked;
  }

  private static Object some(Class<?> type) {
    if (type == ModelName.class) {
      return MODEL;
    }
    if (type == ModelVersionId.class) {
      return MODEL.version(1);
    }
    if (type == EnvironmentName.class) {
      return PRODUCTION;
    }
    if (type == Digest.class) {
      return digest();
    }
    if (type == AccountId.class) {
      return ALICE;
    }
    if (type == Role.class) {
      return Role.WORKER;
    }
    if (type == LogOrigin.class) {
      return LogOrigin.of("log");
    }
    if (type == EventHeader.class) {
      return new EventHeader(LedgerPosition.START, "tx", Instant.EPOCH, ALICE);
    }
    if (type == LedgerPosition.class) {
      return LedgerPosition.START;
    }
    if (type == Instant.class) {
      return Instant.EPOCH;
    }
    if (type == Optional.class) {
      return Optional.empty();
    }
    if (type == Map.class) {
      return Map.of();
    }
    if (type == String.class) {
      return "tx";
    }
    if (type == long.class) {
      return 1L;
    }
    if (type == boolean.class) {
      return true;
    }
    throw new AssertionError("no example of " + type);
  }

  @Test
  void everyCommandNamesItsEvent() {
    assertThat(new Command.CreateModel(MODEL).eventType())
        .isEqualTo(LedgerEvent.ModelCreated.class);
    assertThat(new Command.RegisterVersion(MODEL, digest(), digest()).eventType())
        .isEqualTo(LedgerEvent.ModelTrained.class);
    assertThat(new Command.DeployVersion(MODEL.version(1), PRODUCTION).eventType())
        .isEqualTo(LedgerEvent.ModelDeployed.class);
    assertThat(new Command.UndeployModel(MODEL, PRODUCTION).eventType())
        .isEqualTo(LedgerEvent.ModelUndeployed.class);
    assertThat(new Command.RevokeVersion(MODEL.version(1), digest()).eventType())
        .isEqualTo(LedgerEvent.VersionRevoked.class);
    assertThat(new Command.GrantRole(MODEL, BOB, Role.TRAINER).eventType())
        .isEqualTo(LedgerEvent.RoleChanged.class);
    assertThat(new Command.RevokeRole(MODEL, BOB, Role.TRAINER).eventType())
        .isEqualTo(LedgerEvent.RoleChanged.class);
    assertThat(new Command.TransferOwnership(MODEL, BOB).eventType())
        .isEqualTo(LedgerEvent.OwnershipTransferStarted.class);
    assertThat(new Command.AcceptOwnership(MODEL).eventType())
        .isEqualTo(LedgerEvent.OwnershipTransferred.class);
    assertThat(new Command.AnchorLog(LogOrigin.of("log"), 1, digest()).eventType())
        .isEqualTo(LedgerEvent.LogAnchored.class);
    assertThat(Command.class.getPermittedSubclasses()).hasSize(10);
  }

  @Test
  void everyEventButAnAnchorIsAboutItsModel() throws Exception {
    for (Class<?> type : LedgerEvent.class.getPermittedSubclasses()) {
      Class<?>[] types = Arrays.stream(type.getRecordComponents())
          .map(RecordComponent::getType)
          .toArray(Class<?>[]::new);
      Object[] values = Arrays.stream(types).map(RegistryValuesTest::some).toArray();
      LedgerEvent event = (LedgerEvent) type.getDeclaredConstructor(types).newInstance(values);

      assertThat(event.about()).as("%s", event)
          .isEqualTo(event instanceof LedgerEvent.LogAnchored
              ? Optional.empty()
              : Optional.of(MODEL));
    }
  }

  @Test
  void modelRecordsAreCopiesWithoutEmptyRoles() {
    Map<Role, Set<AccountId>> roles = new HashMap<>();
    roles.put(Role.TRAINER, new HashSet<>(Set.of(BOB)));
    roles.put(Role.WORKER, new HashSet<>());
    Map<EnvironmentName, ModelVersionId> deployments = new HashMap<>();

    ModelRecord record = new ModelRecord(MODEL, ALICE, Optional.empty(), roles, deployments, 0);
    roles.clear();
    deployments.put(PRODUCTION, MODEL.version(1));

    assertThat(record.roles()).isEqualTo(Map.of(Role.TRAINER, Set.of(BOB)));
    assertThat(record.deployments()).isEmpty();
  }

  @Test
  void ownersAndHoldersOfARoleArePermitted() {
    ModelRecord record = new ModelRecord(MODEL, ALICE, Optional.empty(),
        Map.of(Role.TRAINER, Set.of(BOB)), Map.of(), 0);

    assertThat(record.permits(ALICE, Role.DEPLOYER)).isTrue();
    assertThat(record.permits(BOB, Role.TRAINER)).isTrue();
    assertThat(record.permits(BOB, Role.DEPLOYER)).isFalse();
    assertThat(record.permits(AccountId.of("carol"), Role.TRAINER)).isFalse();
  }

  @Test
  void versionsKnowWhetherTheyAreRevoked() {
    ModelVersion version = new ModelVersion(MODEL.version(1), digest(), digest(), ALICE,
        Instant.EPOCH, new LedgerPosition(0, 0), Optional.empty());

    assertThat(version.isRevoked()).isFalse();
    assertThat(new ModelVersion(version.id(), version.artifact(), version.statement(), ALICE,
        Instant.EPOCH, version.position(), Optional.of(digest())).isRevoked()).isTrue();
  }

  @Test
  void onlyWhatNeverHappenedMayBeRepeated() {
    assertThat(new LedgerUnavailableException("no").isRetryable()).isTrue();
    for (ModelLedgerException e : new ModelLedgerException[]{new NotFoundException("no"),
        new AlreadyExistsException("no"), new NotAuthorizedException("no"),
        new VersionRevokedException("no"), new StaleAnchorException("no"),
        new OutcomeUnknownException("no", SubmissionId.random(), null)}) {
      assertThat(e.isRetryable()).as(e.toString()).isFalse();
    }
  }

  @Test
  void exceptionsCarryWhatTheCallerNeedsNext() {
    SubmissionId id = SubmissionId.random();
    OutcomeUnknownException unknown = new OutcomeUnknownException("timed out", id, null);

    assertThat(unknown.submissionId()).isEqualTo(id);
    assertThat(unknown).hasMessageContaining(id.toString());
    assertThat(new AlreadyExistsException("no", MODEL.version(3)).existing())
        .contains(MODEL.version(3));
    assertThat(new AlreadyExistsException("no").existing()).isEmpty();
  }

  private static Digest digest() {
    return Digest.sha256(new byte[0]);
  }
}
