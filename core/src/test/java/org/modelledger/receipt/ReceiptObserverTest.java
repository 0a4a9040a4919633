package org.modelledger.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
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
import org.modelledger.tlog.LogObserver;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;

class ReceiptObserverTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
  private static final NoteSigner SIGNER = NoteSigner.generate("acme.example/receipts",
      new SecureRandom());

  /** Writes down what it is told. */
  private static final class Notes implements ReceiptObserver {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final List<RecordedBatch> batches = Collections.synchronizedList(new ArrayList<>());
    private @Nullable ReceiptLog log;

    @Override
    public LogObserver log() {
      return new LogObserver() {
        @Override
        public void opened(LogWriter writer) {
          calls.add("log opened");
        }

        @Override
        public void closed() {
          calls.add("log closed");
        }
      };
    }

    @Override
    public void opened(ReceiptLog opened) {
      log = opened;
      calls.add("opened");
    }

    @Override
    public void recorded(RecordedBatch batch) {
      batches.add(batch);
    }

    @Override
    public void failed(Throwable cause) {
      calls.add("failed");
    }

    @Override
    public void reopened() {
      calls.add("reopened");
    }

    @Override
    public void closed() {
      calls.add("closed");
    }
  }

  @TempDir
  Path dir;
  private final FailingStorage disk = new FailingStorage();
  private final Notes notes = new Notes();
  private final Logger logger = Logger.getLogger(ReceiptObserver.class.getName());
  private final List<String> logged = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void collectWhatIsLogged() {
    logger.setFilter(entry -> {
      logged.add(entry.getMessage());
      return false;
    });
  }

  @AfterEach
  void letItBeLoggedAgain() {
    logger.setFilter(null);
  }

  private ReceiptLog open(ReceiptOptions.Builder options) {
    return ReceiptLog.open(dir.resolve("receipts"), SIGNER, dir.resolve("evidence"),
        LocalKeys.readOrCreate(dir.resolve("evidence.keyset")),
        options.storage(disk::on).retryInterval(Duration.ofMillis(1)).build());
  }

  private static ReceiptOptions.Builder options() {
    return ReceiptOptions.builder();
  }

  private static ReceiptSession session(ReceiptLog log) {
    return log.session(ModelVersionId.parse("acme/digits:1"), Digest.sha256(new byte[]{1}),
        new EngineInfo("exact", "0.1.0", "cpu", 1), Determinism.BIT_EXACT);
  }

  private static PendingReceipt infer(ReceiptSession session) throws InterruptedException {
    return session.reserve(Tensors.of("x", Tensor.of(new float[]{1}, 1)), Map.of())
        .complete(Tensors.of("y", Tensor.of(new float[]{2}, 1)));
  }

  @Test
  void isToldOfEveryReceipt() throws InterruptedException {
    try (ReceiptLog log = open(options().observer(notes)); ReceiptSession session = session(log)) {
      assertThat(Objects.requireNonNull(notes.log)).isSameAs(log);
      for (int i = 0; i < 100; i++) {
        PendingReceipt unused = infer(session);
      }
      infer(session).await(LONG);
    }
    assertThat(notes.calls).containsExactly("log opened", "opened", "log closed", "closed");
    assertThat(notes.batches).extracting(RecordedBatch::receipts).doesNotContain(0);
    assertThat(notes.batches.stream().mapToInt(RecordedBatch::receipts).sum()).isEqualTo(101);
    for (RecordedBatch batch : notes.batches) {
      assertThat(batch.gaps()).isEmpty();
      assertThat(batch.oldest()).isPresent();
      assertThat(batch.waited()).isPositive();
      assertThat(batch.nanos()).isGreaterThanOrEqualTo(
          batch.evidenceSyncNanos() + batch.logNanos());
      assertThat(batch.evidenceSyncNanos()).isPositive();
      assertThat(batch.logNanos()).isPositive();
    }
    assertThat(notes.batches.getFirst().oldest().orElseThrow().receipt().sequence()).isZero();
  }

  @Test
  void aClockThatStandsStillMakesNoNegativeWait() throws InterruptedException {
    try (
        ReceiptLog log = open(options().observer(notes).clock(InstantSource.fixed(NOW)));
        ReceiptSession session = session(log)) {
      infer(session).await(LONG);
    }
    assertThat(notes.batches).extracting(RecordedBatch::waited).containsExactly(Duration.ZERO);
  }

  @Test
  void isToldOfGapsWithTheirReason() throws InterruptedException {
    CountDownLatch full = new CountDownLatch(1);
    ReceiptObserver slow = new ReceiptObserver() {
      @Override
      public void recorded(RecordedBatch batch) {
        try {
          full.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
    try (
        ReceiptLog log = open(
            options().failOpen(true).backlog(2, 1 << 20).observer(ReceiptObserver.of(slow, notes)));
        ReceiptSession session = session(log)) {
      infer(session).await(LONG);
      while (log.backlog() > 0) {
        Thread.onSpinWait(); // its room is given back after it is durable
      }
      PendingReceipt first = infer(session);
      PendingReceipt second = infer(session);
      assertThat(log.backlog()).isEqualTo(2);
      assertThat(log.backlogBytes()).isEqualTo(16);
      PendingReceipt without = infer(session);
      assertThatThrownBy(without::poll).isInstanceOf(ReceiptMissingException.class);
      full.countDown();
      first.await(LONG);
      second.await(LONG);
    }
    assertThat(notes.batches).flatExtracting(RecordedBatch::gaps)
        .extracting(Gap::count, Gap::reason)
        .containsExactly(tuple(1L, Gap.Reason.BACKLOG_FULL));
  }

  @Test
  void isToldThatTheLogFailedAndWasOpenedAgain() throws InterruptedException {
    try (ReceiptLog log = open(options().failOpen(true).observer(notes));
        ReceiptSession session = session(log)) {
      disk.fail(true);
      PendingReceipt unknown = infer(session);
      assertThatThrownBy(() -> unknown.await(LONG)).isInstanceOf(ReceiptLogException.class);
      disk.fail(false);
    }
    assertThat(notes.calls).containsExactly("log opened", "opened", "log closed", "failed",
        "log opened", "reopened", "log closed", "closed");
    RecordedBatch gaps = notes.batches.getLast();
    assertThat(gaps.receipts()).isZero();
    assertThat(gaps.oldest()).isEmpty();
    assertThat(gaps.waited()).isZero();
    assertThat(gaps.gaps()).extracting(Gap::reason).containsExactly(Gap.Reason.LOG_FAILED);
  }

  @Test
  void oneThatThrowsHarmsNeitherTheReceiptsNorAnother() throws InterruptedException {
    ReceiptObserver broken = new ReceiptObserver() {
      @Override
      public LogObserver log() {
        throw new IllegalStateException("no");
      }

      @Override
      public void opened(ReceiptLog log) {
        throw new NoClassDefFoundError("observer");
      }

      @Override
      public void recorded(RecordedBatch batch) {
        throw new IllegalStateException("no");
      }

      @Override
      public void closed() {
        throw new IllegalStateException("no");
      }
    };
    try (ReceiptLog log = open(options().observer(ReceiptObserver.of(List.of(broken, notes))));
        ReceiptSession session = session(log)) {
      assertThat(infer(session).await(LONG).index()).isZero();
    }
    assertThat(notes.calls).containsExactly("log opened", "opened", "log closed", "closed");
    assertThat(notes.batches).hasSize(1);
    assertThat(logged).hasSize(1);
  }
}
