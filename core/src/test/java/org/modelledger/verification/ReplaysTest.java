package org.modelledger.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.Fixture.LONG;
import static org.modelledger.Fixture.input;

import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.Fixture;
import org.modelledger.ModelLedger;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.evidence.Retention;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.registry.ModelVersion;

/** Any receipt with its evidence can be run again without a verifier. */
class ReplaysTest {
  private static final Determinism.Tolerance CLOSE = new Determinism.Tolerance(1e-4);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path dir;

  private static void infer(ModelLedger ledger) throws InterruptedException {
    ModelVersion version = Fixture.deployed(ledger);
    try (AttestedModel model = ledger.load(version.id())) {
      var unused = model.infer(input(1, 2)).receipt().await(LONG);
    }
  }

  @Test
  void aLedgerReplaysItsReceipts() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      infer(ledger);
      assertThat(ledger.replay(0)).isInstanceOfSatisfying(Replayed.BitExact.class, same -> {
        assertThat(same.engine().name()).isEqualTo("exact");
        assertThat(same.explanation()).contains("to the last bit");
      });
      assertThatThrownBy(() -> ledger.replay(1)).isInstanceOf(IndexOutOfBoundsException.class);
      ledger.evidence().erase(0);
      assertThat(ledger.replay(0))
          .isEqualTo(new Replayed.NotPossible("the evidence was erased"));
    }
  }

  @Test
  void withoutTheInputsItIsNotPossible() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).retention(Retention.SALTS).open()) {
      infer(ledger);
      assertThat(ledger.replay(0))
          .isEqualTo(new Replayed.NotPossible("the inputs were not kept"));
    }
  }

  @Test
  void anotherEngineIsMeasured() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open();
        InferenceEngine near = ReplayElsewhereTest.neighbour(1e-6f);
        InferenceEngine far = ReplayElsewhereTest.neighbour(0.01f);
        InferenceEngine same = ReplayElsewhereTest.neighbour(0)) {
      infer(ledger);
      ledger.receipts().publish();
      ReceiptEntry entry = ledger.receipts().entry(0);
      EvidenceLookup evidence = ledger.evidence().find(0);

      assertThat(Replays.on(near, ledger.artifacts()).replay(entry, evidence))
          .isInstanceOf(Replayed.NotPossible.class);
      assertThat(Replays.on(near, ledger.artifacts()).elsewhere(CLOSE).replay(entry, evidence))
          .isInstanceOfSatisfying(Replayed.WithinTolerance.class, within -> {
            assertThat(within.engine().name()).isEqualTo("neighbour");
            assertThat(within.allowed()).isEqualTo(CLOSE);
            assertThat(within.deviation()).isPositive().isLessThan(1e-5);
          });
      assertThat(Replays.on(far, ledger.artifacts()).elsewhere(CLOSE).replay(entry, evidence))
          .isInstanceOfSatisfying(Replayed.Differs.class,
              differs -> assertThat(differs.deviation().orElseThrow()).isBetween(0.009, 0.011));
      assertThat(Replays.on(same, ledger.artifacts()).elsewhere(CLOSE).replay(entry, evidence))
          .isInstanceOf(Replayed.BitExact.class);
    }
  }

  @Test
  void evidenceThatWasExchangedIsFoundOut() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open();
        InferenceEngine exact = ReplayElsewhereTest.exact()) {
      infer(ledger);
      ledger.receipts().publish();
      ReceiptEntry entry = ledger.receipts().entry(0);
      Evidence kept = ((EvidenceLookup.Kept) ledger.evidence().find(0)).evidence();
      assertThat(Replays.on(exact, ledger.artifacts())
          .replay(entry, new EvidenceLookup.Kept(kept.withInputs(input(7, 7))))).isEqualTo(
              new Replayed.Differs(OptionalDouble.empty(),
                  "the inputs are not those that the receipt commits to"));
      Receipt receipt = (Receipt) entry;
      Receipt another = new Receipt(receipt.session(), receipt.sequence(), receipt.time(),
          receipt.version(), receipt.artifact(), receipt.engine(), receipt.determinism(),
          receipt.input(), receipt.input(), receipt.attributes());
      assertThat(Replays.on(exact, ledger.artifacts())
          .replay(another, new EvidenceLookup.Kept(kept))).isInstanceOfSatisfying(
              Replayed.Differs.class,
              differs -> assertThat(differs.deviation()).hasValue(0.0));
    }
  }
}
