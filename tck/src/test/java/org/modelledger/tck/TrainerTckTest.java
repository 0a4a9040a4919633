package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Breaks a trainer in one way after the other; the test that is meant to see it has to fail. */
class TrainerTckTest {
  @AfterEach
  void repair() {
    FaultyTrainerTck.FAULT.set(LinearFault.NONE);
  }

  @ParameterizedTest
  @CsvSource({
      "TRAINS_ANOTHER_MODEL_EACH_TIME, Train.repeats",
      "IGNORES_THE_SEED, Train.dependsOnTheSeed",
      "TAKES_ANY_ALGORITHM, Specification.refusesAnUnknownAlgorithm",
      "TAKES_ANY_PARAMETER, Specification.refusesAnUnknownParameter",
      "DOES_NOT_LIST_PARAMETERS, Specification.refusesAnUnknownParameter",
      "TAKES_A_WRONG_VALUE, Specification.refusesAWrongValue",
      "TRAINS_ON_NOTHING, Data.refusesNoRows",
      "DOES_NOT_NAME_THE_COLUMN, Data.refusesAMissingColumn",
      "TAKES_ANY_TYPE, Data.refusesAnotherType",
      "TAKES_VALIDATION_OF_ANOTHER_WIDTH, Data.refusesAnotherShape",
      "TRAINS_ON_NAN, Data.refusesNumbersThatAreNotFinite",
      "COUNTS_ROWS_FROM_ONE, Data.refusesLabelsOutOfRange",
      "TELLS_EPOCHS_BEFORE_BATCHES, Listener.isToldInOrder",
      "TELLS_ON_ANOTHER_THREAD, Listener.isToldInOrder",
      "TELLS_BEFORE_IT_CHECKS, Data.refusesNoRows",
      "TRAINS_ON_WHEN_INTERRUPTED, Train.isCancelledWhileItGoesOn",
      "TRAINS_ON_WHEN_INTERRUPTED, Train.isCancelledBeforeItBegins",
      "WRAPS_THE_LISTENERS_EXCEPTION, Listener.endsTheTraining",
      "FORGETS_THE_DATA_IN_THE_FACTS, Train.fillsInTheFacts",
      "IGNORES_THE_VALIDATION_SET, Train.measuresByTheValidationSet",
      "WRITES_WHAT_NO_ENGINE_LOADS, Train.makesFilesThatRun",
      "KEEPS_ITS_SCRATCH_FOR_ALL_TRAININGS, Train.isForSeveralThreads",
      "TRAINS_WHEN_CLOSED, About.closes"})
  void catches(LinearFault fault, String meant) {
    FaultyTrainerTck.FAULT.set(fault);

    assertThat(Failures.of(FaultyTrainerTck.class, meant)).contains(meant);
  }
}
