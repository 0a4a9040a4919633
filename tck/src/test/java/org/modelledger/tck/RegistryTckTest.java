package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Breaks a ledger in one way after the other; the test that is meant to see it has to fail. */
class RegistryTckTest {
  @AfterEach
  void repair() {
    FaultyRegistryTck.FAULT.set(RegistryFault.NONE);
  }

  @ParameterizedTest
  @EnumSource
  void catches(RegistryFault fault) {
    FaultyRegistryTck.FAULT.set(fault);

    if (fault == RegistryFault.NONE) {
      assertThat(Failures.of(FaultyRegistryTck.class)).isEmpty();
    } else {
      assertThat(Failures.of(FaultyRegistryTck.class, meantFor(fault))).contains(meantFor(fault));
    }
  }

  private static String meantFor(RegistryFault fault) {
    return switch (fault) {
      case NONE -> "none";
      case TAKES_A_TAKEN_NAME -> "Create.refusesATakenName";
      case VERSIONS_START_AT_TWO -> "Register.countsFromOne";
      case A_STRANGER_REGISTERS -> "Register.refusesOthers";
      case FORGETS_ALREADY_EXISTS, DOES_NOT_NAME_THE_VERSION -> "Register.refusesTheSamePair";
      case A_STRANGER_DEPLOYS -> "Deploy.refusesOthers";
      case CHECKS_THE_VERSION_BEFORE_THE_AUTHOR -> "Deploy.checksTheAuthorFirst";
      case DEPLOYS_A_REVOKED_VERSION -> "Deploy.refusesARevokedVersion";
      case DOES_NOT_RECORD_A_DEPLOYMENT_AGAIN -> "Deploy.recordsTheSameAgain";
      case UNDEPLOYS_NOTHING -> "Undeploy.refusesWhatIsNotThere";
      case REVOKES_TWICE -> "Revoke.isFinal";
      case KEEPS_ENVIRONMENTS_OF_A_REVOKED_VERSION -> "Revoke.clearsItsEnvironments";
      case A_TRAINER_REVOKES -> "Revoke.refusesOthers";
      case GRANTS_TWICE -> "Roles.refusesToGrantTwice";
      case REVOKES_A_ROLE_THAT_IS_NOT_THERE -> "Roles.refusesToRevokeWhatIsNotThere";
      case ROLES_ARE_FOR_ALL_MODELS -> "Roles.areByModel";
      case TRANSFERS_IN_ONE_STEP -> "Ownership.offers";
      case THE_FORMER_OWNER_KEEPS_RIGHTS -> "Ownership.theFormerOwnerKeepsNoRight";
      case CANNOT_WITHDRAW_AN_OFFER -> "Ownership.withdrawsAnOffer";
      case ACCEPTS_A_STALE_ANCHOR -> "Anchors.refusesASizeThatDoesNotGrow";
      case KEEPS_ANCHORS_BY_ORIGIN_ONLY -> "Anchors.isByAuthor";
      case IGNORES_SUBMISSION_IDS -> "Id.makesOneOfWhatWouldBeTwo";
      case SHARES_IDS_BETWEEN_ACCOUNTS -> "Id.isByAccount";
      case TAKES_ANOTHER_COMMAND_UNDER_AN_ID -> "Id.isForOneCommand";
      case FORGETS_IDS_AT_THE_END -> "Id.outlivesTheProcess";
      case LOSES_THE_ORDER -> "Pipeline.keepTheirOrder";
      case FORGETS_A_REFUSAL, RECORDS_REFUSALS -> "Outcome.refusesAlwaysTheSame";
      case TWO_WIN_A_RACE -> "Pipeline.haveOneWinner";
      case HISTORY_LAGS -> "Outcome.answersAlwaysTheSame";
      case RESUMES_NOTHING -> "Id.resumes";
      case TIME_RUNS_BACKWARDS -> "History.hasHeaders";
      case HISTORY_INCLUDES_ITS_POSITION -> "History.beginsAfterAPosition";
      case TAKES_ANY_LIMIT -> "History.takesALimit";
      case DELIVERS_TWICE, SKIPS_AN_EVENT -> "Subscriptions.deliversEachEventOnce";
      case SWALLOWS_INTERRUPTS -> "Subscriptions.losesNothingWhenInterrupted";
      case LEAVES_NEXT_WAITING -> "Subscriptions.endsAWaitingNext";
      case READERS_WRITE -> "ReadOnly.refusesCommands";
      case WORKS_WHEN_CLOSED -> "Closed.throwsFromEveryMethod";
      case CLOSES_FOR_ALL -> "Closed.leavesOthers";
      case LOSES_EVENTS_AT_THE_END -> "History.isTheSameForEveryone";
    };
  }
}
