package org.modelledger.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;
import org.modelledger.tlog.NoteSigner;

class BacklogTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration LINGER = Duration.ofMillis(5);
  private static final Tensors NOTHING = Tensors.of("x", Tensor.of(new float[]{1}, 1));

  @TempDir
  Path dir;
  private ReceiptLog log;
  private ReceiptSession session;

  @BeforeEach
  void open() {
    log = ReceiptLog.open(dir.resolve("receipts"),
        NoteSigner.generate("acme.example/receipts", new SecureRandom()), dir.resolve("evidence"),
        LocalKeys.readOrCreate(dir.resolve("evidence.keyset")),
        ReceiptOptions.builder().build());
    session = log.session(ModelVersionId.parse("acme/digits:1"), Digest.sha256(new byte[0]),
        new EngineInfo("exact", "1", "cpu", 1), Determinism.BIT_EXACT);
  }

  @AfterEach
  void close() {
    session.close();
    log.close();
  }

  private Recording recording(long number, long bytes) {
    return new Recording(session, number, Instant.EPOCH, NOTHING, NOTHING,
        Collections.emptySortedMap(), new PendingReceipt(log, session.id(), number), bytes);
  }

  @Test
  void nothingIsLostOrTwiceAndNothingIsOverTheBounds() throws Exception {
    long seed = Long.getLong("modelledger.seed", new Random().nextLong(1_000_000));
    int producers = 8;
    int each = 20_000;
    int maxCount = 100;
    long maxBytes = 5_000;
    Backlog backlog = new Backlog(maxCount, maxBytes, LINGER);
    AtomicInteger held = new AtomicInteger();
    AtomicLong heldBytes = new AtomicLong();
    List<List<Recording>> inOrder = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      inOrder.add(new ArrayList<>());
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      for (int p = 0; p < producers; p++) {
        int producer = p;
        done.add(threads.submit((Callable<Void>) () -> {
          Random random = new Random(seed + producer);
          for (int i = 0; i < each; i++) {
            long size = random.nextInt(100);
            assertThat(backlog.reserve(size, LONG)).as("seed %s", seed).isTrue();
            assertThat(held.incrementAndGet()).isLessThanOrEqualTo(maxCount);
            assertThat(heldBytes.addAndGet(size)).isLessThanOrEqualTo(maxBytes);
            if (random.nextInt(10) == 0) { // the run failed
              held.decrementAndGet();
              heldBytes.addAndGet(-size);
              backlog.release(1, size);
              i--;
            } else {
              backlog.add(recording((long) producer * each + i, size), size);
            }
          }
          return null;
        }));
      }
      Future<?> taker = threads.submit((Callable<Void>) () -> {
        for (Backlog.Work work = backlog.take(64, 1000, () -> false); !work
            .closing(); work = backlog
                .take(64, 1000, () -> false)) {
          long bytes = 0;
          assertThat(work.recordings()).hasSizeBetween(1, 64);
          for (Recording recording : work.recordings()) {
            inOrder.get((int) (recording.sequence() / each)).add(recording);
            bytes += recording.bytes();
          }
          held.addAndGet(-work.recordings().size());
          heldBytes.addAndGet(-bytes);
          backlog.release(work.recordings().size(), bytes);
        }
        return null;
      });
      for (Future<?> one : done) {
        one.get();
      }
      backlog.close();
      taker.get();
    }
    for (int p = 0; p < producers; p++) {
      List<Long> numbers = inOrder.get(p).stream().map(Recording::sequence).toList();
      assertThat(numbers).as("each producer's, in its order, seed %s", seed)
          .hasSize(each)
          .isSorted()
          .doesNotHaveDuplicates();
    }
    assertThat(backlog.count()).isZero();
    assertThat(backlog.bytes()).isZero();
  }

  @Test
  void whatIsClosedWhileOthersReserveIsDrainedToTheLast() throws Exception {
    for (int round = 0; round < 200; round++) {
      Backlog backlog = new Backlog(1000, 1 << 20, LINGER);
      AtomicInteger added = new AtomicInteger();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> producers = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
          producers.add(threads.submit((Callable<Void>) () -> {
            while (true) {
              try {
                if (backlog.reserve(1, Duration.ZERO)) {
                  added.incrementAndGet();
                  backlog.add(recording(0, 1), 1);
                }
              } catch (IllegalStateException e) {
                return null; // closed
              }
            }
          }));
        }
        Future<Integer> taker = threads.submit(() -> {
          int taken = 0;
          for (Backlog.Work work = backlog.take(100, 1 << 20, () -> false); !work
              .closing(); work = backlog.take(100, 1 << 20, () -> false)) {
            taken += work.recordings().size();
            backlog.release(work.recordings().size(), work.recordings().size());
          }
          return taken;
        });
        backlog.close();
        for (Future<?> producer : producers) {
          producer.get();
        }
        assertThat(taker.get()).isEqualTo(added.get());
      }
    }
  }

  /** Two minutes of patience: what would only end with them ends the test instead. */
  private static void isTakenAtOnce(Backlog backlog, int expected, Runnable why) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Backlog.Work> taken = threads.submit(() -> backlog.take(1000, 1 << 20, () -> false));
      why.run();
      assertThat(taken.get(1, TimeUnit.MINUTES).recordings()).hasSize(expected);
    }
  }

  private void add(Backlog backlog, int count, long bytes) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      assertThat(backlog.reserve(bytes, Duration.ZERO)).isTrue();
      backlog.add(recording(i, bytes), bytes);
    }
  }

  @Test
  void receiptsGatherForAsLongAsTheyMay() throws Exception {
    Duration linger = Duration.ofMillis(50);
    Backlog backlog = new Backlog(1000, 1 << 20, linger);
    add(backlog, 1, 1);
    long began = System.nanoTime();
    assertThat(backlog.take(1000, 1 << 20, () -> false).recordings()).hasSize(1);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(linger);
  }

  @Test
  void receiptsDoNotGatherWhileSomebodyWaitsForThem() throws Exception {
    Backlog backlog = new Backlog(1000, 1 << 20, LONG);
    add(backlog, 3, 1);
    isTakenAtOnce(backlog, 3, backlog::hurry);
    backlog.release(3, 3);
    add(backlog, 2, 1);
    backlog.hurry(); // before anybody looks
    isTakenAtOnce(backlog, 2, () -> {
    });
  }

  @Test
  void manyReceiptsOrLargeOnesDoNotGather() throws Exception {
    Backlog many = new Backlog(20, 1 << 20, LONG);
    add(many, 10, 1);
    isTakenAtOnce(many, 10, () -> {
    });
    Backlog large = new Backlog(20, 100, LONG);
    add(large, 1, 50);
    isTakenAtOnce(large, 1, () -> {
    });
  }

  @Test
  void whatIsLeftOverDoesNotGatherAgain() throws Exception {
    Backlog backlog = new Backlog(1000, 1 << 20, LONG);
    add(backlog, 5, 1);
    backlog.hurry();
    assertThat(backlog.take(2, 1 << 20, () -> false).recordings()).hasSize(2);
    assertThat(backlog.take(2, 1 << 20, () -> false).recordings()).hasSize(2);
    isTakenAtOnce(backlog, 1, () -> {
    });
  }

  @Test
  void whoNeedsRoomOrClosesDoesNotWaitForReceiptsToGather() throws Exception {
    Backlog full = new Backlog(30, 10, LONG);
    add(full, 1, 4);
    assertThat(full.reserve(7, Duration.ZERO)).isFalse();
    isTakenAtOnce(full, 1, () -> {
    });
    Backlog closing = new Backlog(1000, 1 << 20, LONG);
    add(closing, 1, 1);
    isTakenAtOnce(closing, 1, closing::close);
  }

  @Test
  void whoWaitsForRoomGetsItWhenThereIsSome() throws Exception {
    Backlog backlog = new Backlog(1, 1 << 20, LINGER);
    assertThat(backlog.reserve(1, Duration.ZERO)).isTrue();
    assertThat(backlog.reserve(1, Duration.ZERO)).isFalse();
    assertThat(backlog.reserve(1, Duration.ofNanos(1))).isFalse();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> waiting = threads.submit(() -> backlog.reserve(1, LONG));
      backlog.release(1, 1);
      assertThat(waiting.get()).isTrue();
    }
    backlog.fail(new IOException("the disk is on fire"));
    assertThatThrownBy(() -> backlog.reserve(1, LONG)).isInstanceOf(ReceiptLogException.class)
        .hasMessageContaining("on fire");
  }

  @Test
  void everybodyWhoAwaitsAReceiptIsWoken() throws Exception {
    PendingReceipt pending = new PendingReceipt(log, session.id(), 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<LoggedReceipt>> waiting = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        waiting.add(threads.submit(() -> pending.await(LONG)));
      }
      assertThatThrownBy(() -> pending.await(Duration.ofNanos(1)))
          .isInstanceOf(ReceiptPendingException.class);
      Future<?> interrupted = threads.submit((Callable<Void>) () -> {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> pending.await(LONG)).isInstanceOf(InterruptedException.class);
        return null;
      });
      interrupted.get();
      LoggedReceipt logged = new LoggedReceipt(7, new byte[0]);
      pending.complete(new PendingReceipt.Outcome.Logged(logged));
      for (Future<LoggedReceipt> one : waiting) {
        assertThat(one.get()).isEqualTo(logged);
      }
    }
    assertThat(pending.poll()).isPresent();
  }
}
