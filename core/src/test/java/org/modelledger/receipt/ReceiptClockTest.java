package org.modelledger.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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

/** A wall clock that is set back: it goes into receipts as it is, and decides nothing. */
class ReceiptClockTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final int RECEIPTS = 20;

  @TempDir
  Path dir;

  @Test
  void aClockThatRunsBackwardsChangesTimesAndNoOrder() throws InterruptedException {
    AtomicInteger hours = new AtomicInteger();
    ReceiptOptions options = ReceiptOptions.builder()
        .clock(() -> NOON.minus(Duration.ofHours(hours.getAndIncrement())))
        .build();
    try (
        ReceiptLog log = ReceiptLog.open(dir.resolve("receipts"),
            NoteSigner.generate("acme.example/receipts", new SecureRandom()),
            dir.resolve("evidence"), LocalKeys.readOrCreate(dir.resolve("evidence.keyset")),
            options);
        ReceiptSession session = log.session(ModelVersionId.parse("acme/digits:1"),
            Digest.sha256(new byte[]{1}), new EngineInfo("exact", "0.1.0", "cpu", 1),
            Determinism.BIT_EXACT)) {
      Instant earlier = Instant.MAX;
      for (int i = 0; i < RECEIPTS; i++) {
        Tensors tensors = Tensors.of("x", Tensor.of(new float[]{i}, 1));
        LoggedReceipt logged = session.reserve(tensors, Map.of()).complete(tensors).await(LONG);
        assertThat(logged.index()).isEqualTo(i);
        assertThat(logged.receipt().sequence()).isEqualTo(i);
        assertThat(logged.receipt().time()).isBefore(earlier);
        earlier = logged.receipt().time();
      }
      assertThat(log.publish().size()).isEqualTo(RECEIPTS);
      assertThat(log.entry(RECEIPTS - 1).time()).isEqualTo(earlier);
    }
  }
}
