package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.registry.SubmissionId;

/** An outbox does what a plain map does, over reopenings; and for many threads at once. */
class OutboxModelTest {
  private static final int STEPS = 3_000;
  private static final int MAX_SETTLED = 40;
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir
  Path directory;

  /** The plain map. */
  private static final class Model {
    final Map<SubmissionId, Long> numbers = new HashMap<>();
    final TreeMap<Long, byte[]> commands = new TreeMap<>();
    final TreeMap<Long, byte[]> outcomes = new TreeMap<>();
    final TreeMap<Long, SubmissionId> ids = new TreeMap<>();
    long next;

    SubmissionId any(Random random) {
      return ids.isEmpty() || random.nextInt(10) == 0
          ? SubmissionId.random()
          : id(new ArrayList<>(ids.keySet()).get(random.nextInt(ids.size())));
    }

    SubmissionId id(long number) {
      return Objects.requireNonNull(ids.get(number));
    }

    byte[] command(long number) {
      return Objects.requireNonNull(commands.get(number));
    }

    /** What is settled beyond the limit is dropped, in the order of numbers, at some time. */
    void forget(Outbox outbox) {
      while (outcomes.size() > MAX_SETTLED && outbox.find(id(outcomes.firstKey())).isEmpty()) {
        long first = outcomes.firstKey();
        numbers.remove(ids.remove(first));
        commands.remove(first);
        outcomes.remove(first);
      }
    }
  }

  @Test
  void doesWhatAPlainMapDoes(TestReporter reporter) throws Exception {
    Random random = Seeds.random(reporter);
    OutboxOptions options = OutboxOptions.of(directory.resolve("outbox"), "b")
        .withMaxSettled(MAX_SETTLED)
        .withCommitInterval(Duration.ofNanos(1));
    Model model = new Model();
    Outbox outbox = Outbox.open(options);
    try {
      for (int step = 0; step < STEPS; step++) {
        model.forget(outbox);
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> add(outbox, model, random);
          case 3 -> addKnown(outbox, model, random);
          case 4, 5 -> settle(outbox, model, random);
          case 6 -> look(outbox, model, random);
          default -> {
            if (random.nextInt(20) == 0) {
              outbox.close();
              outbox = Outbox.open(options);
              assertThat(outbox.awaitDurable(model.next - 1, Duration.ZERO)).isTrue();
            }
          }
        }
      }
      model.forget(outbox);
      assertThat(model.outcomes.size()).isLessThan(STEPS / 10);
      look(outbox, model, random);
    } finally {
      outbox.close();
    }
  }

  private static void add(Outbox outbox, Model model, Random random) {
    SubmissionId id = SubmissionId.random();
    byte[] command = new byte[random.nextInt(100)];
    random.nextBytes(command);
    assertThat(outbox.add(id, command).sequence()).isEqualTo(model.next);
    model.numbers.put(id, model.next);
    model.ids.put(model.next, id);
    model.commands.put(model.next, command);
    model.next++;
    assertThat(outbox.next()).isEqualTo(model.next);
  }

  private static void addKnown(Outbox outbox, Model model, Random random) {
    SubmissionId id = model.any(random);
    Long number = model.numbers.get(id);
    // what is beyond the limit may be dropped at any moment, and would be added anew
    if (number == null || isBeyondLimit(model, number)) {
      return;
    }
    byte[] command = model.command(number);
    OutboxEntry entry = outbox.add(id, command);
    assertThat(entry.sequence()).isEqualTo(number);
    assertThat(entry.isSettled()).isEqualTo(model.outcomes.containsKey(number));
    byte[] other = Arrays.copyOf(command, command.length + 1);
    assertThatThrownBy(() -> outbox.add(id, other)).isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean isBeyondLimit(Model model, long number) {
    return model.outcomes.size() > MAX_SETTLED
        && model.outcomes.headMap(number).size() < model.outcomes.size() - MAX_SETTLED;
  }

  private static void settle(Outbox outbox, Model model, Random random) {
    SubmissionId id = model.any(random);
    Long number = model.numbers.get(id);
    byte[] outcome = new byte[random.nextInt(50)];
    random.nextBytes(outcome);
    boolean isPending = number != null && !model.outcomes.containsKey(number);
    assertThat(outbox.settle(id, outcome)).isEqualTo(isPending);
    if (isPending) {
      model.outcomes.put(number, outcome);
    }
  }

  private static void look(Outbox outbox, Model model, Random random) throws Exception {
    SubmissionId id = model.any(random);
    Long number = model.numbers.get(id);
    if (number == null) {
      assertThat(outbox.find(id)).isEmpty();
    } else if (!isBeyondLimit(model, number)) {
      OutboxEntry entry = outbox.find(id).orElseThrow();
      assertThat(entry).isEqualTo(new OutboxEntry(number, id, model.command(number),
          model.outcomes.get(number)));
    }
    assertThat(outbox.awaitDurable(model.next - 1, LONG)).isTrue();
    List<Long> expected = new ArrayList<>(model.commands.keySet());
    expected.removeAll(model.outcomes.keySet());
    long from = model.next == 0 ? 0 : random.nextLong(model.next);
    int limit = 1 + random.nextInt(100);
    assertThat(outbox.pending(from, limit)).extracting(OutboxEntry::sequence)
        .containsExactlyElementsOf(
            expected.stream().filter(n -> n >= from).limit(limit).toList());
    assertThat(outbox.pendingCount()).isEqualTo(expected.size());
  }

  @Test
  void givesEveryNumberOnceToManyThreads() throws Exception {
    int threads = 8;
    int each = 400;
    Map<SubmissionId, Long> numbers = new ConcurrentHashMap<>();
    try (Outbox outbox = Outbox.open(OutboxOptions.of(directory.resolve("outbox"), "b")
        .withMaxUnwrittenBytes(2_000)
        .withCommitInterval(Duration.ofNanos(1)))) {
      List<Thread> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        running.add(Thread.ofVirtual().start(() -> {
          long last = -1;
          for (int i = 0; i < each; i++) {
            // two threads share each id, and settle each other's entries
            SubmissionId id = History.id(thread / 2, i);
            long number = outbox.add(id, History.command(thread / 2, i)).sequence();
            numbers.merge(id, number, (a, b) -> a.equals(b) ? a : -1L);
            if (i % 3 == 0) {
              outbox.settle(id, History.outcome(id));
            }
            if (number <= last) {
              numbers.put(id, -1L);
            }
            last = number;
          }
        }));
      }
      for (Thread thread : running) {
        thread.join();
      }
      Set<Long> different = new HashSet<>(numbers.values());
      assertThat(different).hasSize(threads / 2 * each).doesNotContain(-1L);
      assertThat(outbox.next()).isEqualTo(threads / 2L * each);
      assertThat(outbox.awaitDurable(outbox.next() - 1, LONG)).isTrue();
      assertThat(outbox.pending(0, Integer.MAX_VALUE)).hasSize((int) outbox.pendingCount())
          .allMatch(entry -> entry.id().value().getLeastSignificantBits() % 3 != 0);
    }
  }

  @Test
  void doesNotGrowWithWhatIsDropped() throws Exception {
    OutboxOptions options = OutboxOptions.of(directory.resolve("outbox"), "b")
        .withMaxSettled(100)
        .withCommitInterval(Duration.ofNanos(1));
    Path file = directory.resolve("outbox").resolve(OutboxStore.FILE);
    long written = 0;
    try (Outbox outbox = Outbox.open(options)) {
      for (int i = 0; i < 200; i++) {
        for (int j = 0; j < 100; j++) {
          outbox.add(History.id(i, j), new byte[1_000]);
          written += 1_000;
        }
        for (int j = 0; j < 100; j++) {
          outbox.settle(History.id(i, j), new byte[100]);
        }
        assertThat(outbox.awaitDurable(outbox.next() - 1, LONG)).isTrue();
      }
      assertThat(Files.size(file)).isLessThan(written / 4);
    }
    assertThat(Files.size(file)).isLessThan(written / 4);
  }
}
