package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Breaks an engine in one way after the other; the test that is meant to see it has to fail. */
class InferenceEngineTckTest {
  @AfterEach
  void repair() {
    FaultyEngineTck.FAULT.set(LinearFault.NONE);
  }

  @ParameterizedTest
  @CsvSource({
      "LOADS_GARBAGE, Load.refusesWhatIsNoModel",
      "LEAKS_PARSER_ERRORS, Load.survivesChangedBytes",
      "DOES_NOT_NAME_THE_FILE, Load.refusesWhatIsNoModel",
      "DOES_NOT_READ_TO_THE_END, Load.readsToTheEnd",
      "DOES_NOT_READ_TO_THE_END, Load.failsWhereVerificationFails",
      "READS_WHEN_IT_RUNS, Load.doesNotRetainTheFiles",
      "WRAPS_STORAGE_ERRORS, Load.failsWhereReadingFails",
      "TAKES_EXTRA_TENSORS, Run.refusesOtherNames",
      "TAKES_OTHER_TYPES, Run.refusesOtherTypes",
      "TAKES_OTHER_SHAPES, Run.refusesOtherShapes",
      "FIXES_THE_BATCH, Run.repeats",
      "RENAMES_ITS_OUTPUT, Run.yieldsTheOutputs",
      "RETAINS_ITS_INPUT, Run.doesNotRetainItsInputs",
      "ADDS_NOISE, Run.repeats",
      "IGNORES_ITS_INPUT, Run.dependsOnTheInputs",
      "TAKES_HEAP_MEMORY_ONLY, Run.takesAnyMemory",
      "SHARES_ITS_OUTPUT, Run.givesOutputsAway",
      "WIPES_OUTPUTS_WHEN_CLOSED, Run.givesOutputsThatOutliveTheModel",
      "SHARES_SCRATCH_BETWEEN_THREADS, Run.isForManyThreads",
      "SWALLOWS_INTERRUPTS, Run.heedsInterrupts",
      "RUNS_WHEN_CLOSED, Close.closesTheModel",
      "RUNS_WHEN_ITS_ENGINE_IS_CLOSED, Close.closesTheEngine",
      "DOES_NOT_WAIT_FOR_RUNNING_CALLS, Close.waitsForRunningCalls",
      "LOADS_WHEN_CLOSED, Engine.closes"})
  void catches(LinearFault fault, String meant) {
    FaultyEngineTck.FAULT.set(fault);

    assertThat(Failures.of(FaultyEngineTck.class, meant)).contains(meant);
  }
}
