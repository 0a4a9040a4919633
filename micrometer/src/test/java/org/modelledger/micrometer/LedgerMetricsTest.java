package org.modelledger.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.ModelLedger;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.receipt.ReceiptLog;
import org.modelledger.receipt.ReceiptMissingException;
import org.modelledger.receipt.ReceiptSession;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class LedgerMetricsTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir
  Path directory;
  private final MeterRegistry registry = new SimpleMeterRegistry();

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  private double counter(String name) {
    return registry.get(name).counter().count();
  }

  private double gaps(String reason) {
    return registry.get("modelledger.receipts.gaps").tag("reason", reason).counter().count();
  }

  @Test
  void measuresTheReceiptsOfALedger() throws Exception {
    String uri = "local:" + directory.resolve("ledger");
    String origin;
    // @start region="attach"
    try (ModelLedger ledger = ModelLedger.builder(uri)
        .observer(new LedgerMetrics(registry))
        .open()) {
      // @end
      origin = ledger.receipts().origin().toString();
      TrainingSpec spec = TrainingSpec.builder("softmax-regression").parameter("epochs", 1).build();
      ModelVersion version = ledger.register("acme/coin", ledger.trainer("exact")
          .train(spec, Dataset.of("coins", Tensors.of("features",
              Tensor.of(new float[]{0, 1, 2, 3}, 4, 1), "label",
              Tensor.of(new long[]{0, 1, 0, 1}, 4))), TrainingListener.NONE));
      try (AttestedModel model = ledger.load(version.id())) {
        for (int i = 0; i < 5; i++) {
          model.infer(Tensors.of("features", Tensor.of(new float[]{i}, 1, 1)))
              .receipt()
              .await(LONG);
        }
      }
      assertThat(gauge("modelledger.receipts.writable")).isEqualTo(1);
      Receipts.awaitRoom(ledger.receipts());
      assertThat(gauge("modelledger.receipts.backlog")).isZero();
      assertThat(gauge("modelledger.receipts.backlog.size")).isZero();
      assertThat(gauge("tlog.size")).isEqualTo(5);
    }
    assertThat(counter("modelledger.receipts.recorded")).isEqualTo(5);
    assertThat(counter("modelledger.receipts.failures")).isZero();
    assertThat(gaps("backlog-full") + gaps("log-failed")).isZero();
    assertThat(registry.get("modelledger.receipts.batch.size").summary().totalAmount())
        .isEqualTo(5);
    for (String timer : new String[]{"wait", "batch.time", "evidence.sync", "log.time"}) {
      assertThat(registry.get("modelledger.receipts." + timer)
          .tag("origin", origin)
          .timer()
          .count()).as(timer).isBetween(1L, 5L);
    }
    assertThat(registry.get("tlog.entries").tag("origin", origin).counter().count()).isEqualTo(5);
    assertThat(registry.find("modelledger.receipts.writable").gauge()).isNull();
  }

  @Test
  void countsTheInferencesThatFoundNoRoom() throws Exception {
    Receipts.Blocking blocking = new Receipts.Blocking();
    try (
        ReceiptLog log = new Receipts(directory).open(new LedgerMetrics(registry), blocking);
        ReceiptSession session = Receipts.session(log)) {
      Receipts.infer(session).await(LONG);
      Receipts.awaitRoom(log);
      for (int i = 0; i < Receipts.BACKLOG; i++) {
        PendingReceipt unused = Receipts.infer(session);
      }
      assertThat(gauge("modelledger.receipts.backlog")).isEqualTo(Receipts.BACKLOG);
      assertThat(gauge("modelledger.receipts.backlog.size")).isEqualTo(8 * Receipts.BACKLOG);
      for (int i = 0; i < 3; i++) {
        PendingReceipt without = Receipts.infer(session);
        assertThatExceptionOfType(ReceiptMissingException.class).isThrownBy(without::poll);
      }
      blocking.letGo();
    } finally {
      blocking.letGo();
    }
    assertThat(gaps("backlog-full")).isEqualTo(3);
    assertThat(gaps("log-failed")).isZero();
    assertThat(counter("modelledger.receipts.recorded")).isEqualTo(1 + Receipts.BACKLOG);
  }

  @Test
  void showsThatTheDiskWentAwayAndCameBack() throws Exception {
    Receipts receipts = new Receipts(directory);
    try (ReceiptLog log = receipts.open(new LedgerMetrics(registry));
        ReceiptSession session = Receipts.session(log)) {
      receipts.takeTheDiskAway();
      while (Receipts.inferAndAwait(session)) {
        assertThat(gauge("modelledger.receipts.writable")).isNotNaN();
      }
      while (counter("modelledger.receipts.failures") == 0) {
        Thread.onSpinWait(); // the failure is told after those who wait for receipts know of it
      }
      assertThat(gauge("modelledger.receipts.writable")).isZero();
      assertThat(counter("tlog.failures")).isEqualTo(1);

      receipts.bringTheDiskBack();
      while (!Receipts.inferAndAwait(session)) {
        Thread.onSpinWait();
      }
      assertThat(gauge("modelledger.receipts.writable")).isEqualTo(1);
      assertThat(counter("modelledger.receipts.reopenings")).isEqualTo(1);
    }
    assertThat(gaps("log-failed")).isPositive();
  }
}
