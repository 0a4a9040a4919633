package org.modelledger.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.ModelLedger;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.receipt.ReceiptLog;
import org.modelledger.receipt.ReceiptMissingException;
import org.modelledger.receipt.ReceiptSession;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class LedgerSpansTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String RECORD = "modelledger.receipts.record";
  private static final AttributeKey<Long> MISSING = AttributeKey
      .longKey("modelledger.receipts.missing");

  @TempDir
  Path directory;
  private final Exported exported = new Exported();

  @Test
  void theReceiptOfAnInferenceIsASpanFromItsEndUntilItIsDurable() throws Exception {
    OpenTelemetry telemetry = exported.telemetry();
    String uri = "local:" + directory.resolve("ledger");
    LoggedReceipt logged;
    // @start region="attach"
    try (ModelLedger ledger = ModelLedger.builder(uri)
        .observer(new LedgerSpans(telemetry))
        .open()) {
      // @end
      TrainingSpec spec = TrainingSpec.builder("softmax-regression").parameter("epochs", 1).build();
      ModelVersion version = ledger.register("acme/coin", ledger.trainer("exact")
          .train(spec, Dataset.of("coins", Tensors.of("features",
              Tensor.of(new float[]{0, 1, 2, 3}, 4, 1), "label",
              Tensor.of(new long[]{0, 1, 0, 1}, 4))), TrainingListener.NONE));
      try (AttestedModel model = ledger.load(version.id())) {
        logged = model.infer(Tensors.of("features", Tensor.of(new float[]{2}, 1, 1)))
            .receipt()
            .await(LONG);
      }
    }
    SpanData receipt = exported.only("modelledger.receipt");
    Instant time = logged.receipt().time();
    assertThat(receipt.getStartEpochNanos())
        .isEqualTo(TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano());
    assertThat(receipt.getEndEpochNanos()).isGreaterThan(receipt.getStartEpochNanos());
    assertThat(receipt.getAttributes().get(AttributeKey.stringKey("modelledger.model")))
        .isEqualTo("acme/coin:1");
    assertThat(receipt.getAttributes().get(AttributeKey.stringKey("modelledger.session")))
        .isEqualTo(logged.receipt().session().toString());
    assertThat(receipt.getAttributes().get(AttributeKey.longKey("modelledger.sequence"))).isZero();
    assertThat(receipt.getAttributes().get(AttributeKey.longKey("modelledger.receipt.index")))
        .isZero();

    SpanData batch = exported.only(RECORD);
    assertThat(batch.getAttributes().get(AttributeKey.longKey("modelledger.receipts.count")))
        .isEqualTo(1);
    assertThat(batch.getAttributes().get(MISSING)).isZero();
    assertThat(batch.getEndEpochNanos()).isGreaterThan(batch.getStartEpochNanos());
    assertThat(receipt.getLinks().getFirst().getSpanContext()).isEqualTo(batch.getSpanContext());
    assertThat(exported.spans("tlog.commit")).isNotEmpty();
    assertThat(exported.spans("tlog.publish")).isNotEmpty();
  }

  @Test
  void aBatchSaysHowManyInferencesWentWithout() throws Exception {
    Receipts.Blocking blocking = new Receipts.Blocking();
    try (
        ReceiptLog log = new Receipts(directory).open(new LedgerSpans(exported.telemetry()),
            blocking);
        ReceiptSession session = Receipts.session(log)) {
      Receipts.infer(session).await(LONG);
      Receipts.awaitRoom(log);
      for (int i = 0; i < Receipts.BACKLOG; i++) {
        PendingReceipt unused = Receipts.infer(session);
      }
      PendingReceipt without = Receipts.infer(session);
      assertThatExceptionOfType(ReceiptMissingException.class).isThrownBy(without::poll);
      blocking.letGo();
    } finally {
      blocking.letGo();
    }
    assertThat(exported.spans(RECORD)).extracting(span -> span.getAttributes().get(MISSING))
        .containsOnlyOnce(1L);
  }

  @Test
  void anOutageIsASpanFromTheFailureToTheReopening() throws Exception {
    Receipts receipts = new Receipts(directory);
    try (ReceiptLog log = receipts.open(new LedgerSpans(exported.telemetry()));
        ReceiptSession session = Receipts.session(log)) {
      receipts.takeTheDiskAway();
      while (Receipts.inferAndAwait(session)) {
        assertThat(exported.spans("modelledger.receipts.outage")).isEmpty();
      }
      receipts.bringTheDiskBack();
      while (!Receipts.inferAndAwait(session)) {
        Thread.onSpinWait();
      }
    }
    SpanData failure = exported.only("modelledger.receipts.failure");
    assertThat(failure.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    SpanData outage = exported.only("modelledger.receipts.outage");
    assertThat(outage.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(outage.getStartEpochNanos()).isBetween(failure.getStartEpochNanos() - 1_000_000_000,
        failure.getStartEpochNanos());
    assertThat(outage.getEndEpochNanos()).isGreaterThan(outage.getStartEpochNanos());
    assertThat(outage.getAttributes().get(AttributeKey.stringKey("tlog.origin")))
        .isEqualTo(Receipts.ORIGIN);
  }
}
