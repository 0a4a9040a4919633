package org.modelledger.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.EnvironmentName;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerEvent.ModelDeployed;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.Submission;

/** A process that writes is killed, round after round, and nothing that it acknowledged is lost. */
class CrashTest {
  private static final int ROUNDS = Integer.getInteger("modelledger.local.crashes", 4);
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());
  private static final int IN_A_ROUND = 100_000;
  private static final int MAX_IN_FLIGHT = 200;

  @TempDir
  Path directory;

  @Test
  void keepsWhatWasAcknowledgedAndDoesNothingTwice() throws Exception {
    Home home = new Home(directory);
    SplittableRandom random = new SplittableRandom(SEED);
    try (LocalRegistry registry = home.open("alice")) {
      registry.submit(new CreateModel(Home.MODEL));
      registry.submit(Home.register(1)).await(Home.MINUTE);
    }
    List<Integer> everything = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      int from = round * IN_A_ROUND;
      int acknowledged = crash(home, from, random.nextInt(1, 1_500));

      try (LocalRegistry registry = home.open("alice")) {
        for (int number = from; number < from + acknowledged; number++) {
          assertThat(registry.resume(Home.id(number)))
              .as("seed %s, round %s, command %s", SEED, round, number)
              .isPresent();
        }
        List<Submission<ModelDeployed>> again = new ArrayList<>();
        for (int number = from; number <= from + acknowledged + MAX_IN_FLIGHT; number++) {
          again.add(registry.submit(Home.id(number), OtherProcess.deploy(number)));
          everything.add(number);
        }
        for (Submission<ModelDeployed> one : again) {
          assertThat(one.await(Home.MINUTE).environment())
              .isEqualTo(OtherProcess.deploy(from + again.indexOf(one)).environment());
        }
      }
    }
    assertThat(timesByEnvironment(home)).as("seed %s", SEED)
        .hasSameSizeAs(everything)
        .allSatisfy((environment, times) -> assertThat(times).isEqualTo(1));
  }

  /** Kills a writer after some acknowledgements; returns how many there were in the end. */
  private static int crash(Home home, int from, int after) throws Exception {
    try (
        OtherProcess writer = OtherProcess.start("write", home.directory().toString(), "" + from)) {
      int acknowledged = 0;
      while (acknowledged < after) {
        assertThat(writer.line()).isEqualTo("" + (from + acknowledged));
        acknowledged++;
      }
      return acknowledged
          + (int) writer.kill().stream().filter(line -> line.matches("[0-9]+")).count();
    }
  }

  private static Map<EnvironmentName, Integer> timesByEnvironment(Home home) {
    Map<EnvironmentName, Integer> times = new HashMap<>();
    try (LocalRegistry registry = LocalRegistry.open(home.reading().withFullReplay())) {
      LedgerPosition position = LedgerPosition.START;
      for (List<LedgerEvent> page = registry.history(position, Home.ALL); !page
          .isEmpty(); page = registry.history(position, Home.ALL)) {
        for (LedgerEvent event : page) {
          if (event instanceof ModelDeployed deployed) {
            times.merge(deployed.environment(), 1, Integer::sum);
          }
        }
        position = page.getLast().header().position();
      }
    }
    return times;
  }
}
