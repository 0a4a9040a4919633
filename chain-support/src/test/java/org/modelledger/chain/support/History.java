package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.modelledger.registry.SubmissionId;

/** What was done to an outbox by one thread: whose entry has which number and command follows from it. */
final class History {
  private History() {}

  /** The id of the n-th entry that a run adds. */
  static SubmissionId id(long run, long n) {
    return new SubmissionId(new UUID(run, n));
  }

  /** A command that tells whose it is. */
  static byte[] command(long run, long n) {
    byte[] command = new byte[16 + (int) (n % 200)];
    ByteBuffer.wrap(command).putLong(run).putLong(n);
    return command;
  }

  static byte[] outcome(SubmissionId id) {
    return ("outcome of " + id).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Checks an outbox that was opened after a crash.
   *
   * @param run that wrote it last, from its entry with number {@code first} on
   * @param durable how many entries of the run are durable at least
   * @param added how many entries it added
   */
  static void check(Outbox outbox, long run, long first, long durable, long added) {
    assertThat(outbox.next()).isBetween(first + durable, first + added);
    List<Long> pending = new ArrayList<>();
    for (OutboxEntry entry : outbox.pending(0, Integer.MAX_VALUE)) {
      pending.add(entry.sequence());
      assertThat(entry.isSettled()).isFalse();
    }
    assertThat(pending).isSorted().doesNotHaveDuplicates();
    Set<Long> pendingSet = new HashSet<>(pending);
    for (long n = 0; n < outbox.next() - first; n++) {
      SubmissionId id = id(run, n);
      OutboxEntry entry = outbox.find(id).orElseThrow();
      assertThat(entry.sequence()).isEqualTo(first + n);
      assertThat(entry.command()).isEqualTo(command(run, n));
      assertThat(entry.isSettled()).isEqualTo(!pendingSet.contains(entry.sequence()));
      entry.outcome().ifPresent(outcome -> assertThat(outcome).isEqualTo(outcome(id)));
    }
    for (long n = outbox.next() - first; n < added; n++) {
      assertThat(outbox.find(id(run, n))).isEmpty();
    }
    assertThat(outbox.pendingCount()).isEqualTo(pending.size());
  }

  /** Settles one of the oldest pending entries now and then. */
  static void settleSome(Outbox outbox, Random random) {
    if (random.nextInt(3) == 0) {
      for (OutboxEntry entry : outbox.pending(0, 5)) {
        if (random.nextBoolean()) {
          outbox.settle(entry.id(), outcome(entry.id()));
        }
      }
    }
  }
}
