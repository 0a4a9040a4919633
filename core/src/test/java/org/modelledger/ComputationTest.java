package org.modelledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.Fixture.LONG;
import static org.modelledger.Fixture.input;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.inference.Computation;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.receipt.Computations;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.registry.VersionRevokedException;
import org.modelledger.verification.Outcome;
import org.modelledger.verification.Step;
import org.modelledger.verification.VerificationReport;

class ComputationTest {
  @TempDir
  Path dir;

  @SuppressWarnings("NullAway.Init")
  private ModelLedger ledger;

  @SuppressWarnings("NullAway.Init")
  private AttestedModel model;

  /** Walks: each step adds to the point what the model thinks of it. */
  private record Walk(String name, float stride, IntConsumer listener) implements Computation {
    @Override
    public Tensors run(LoadedModel model, Tensors inputs) throws InterruptedException {
      float[] point = inputs.get("start").toFloats();
      long steps = inputs.get("steps").toLongs()[0];
      for (int step = 0; step < steps; step++) {
        float[] scores = model.run(input(point[0], point[1]))
            .asMap()
            .values()
            .stream()
            .filter(tensor -> tensor.shape().elements() == 2)
            .findFirst()
            .orElseThrow()
            .toFloats();
        point[0] += stride * scores[0];
        point[1] -= stride * scores[1];
        listener.accept(step);
      }
      return Tensors.of("end", Tensor.of(point, 2));
    }
  }

  private static Walk walk(float stride) {
    return new Walk("walk.1", stride, step -> {
    });
  }

  private static Tensors from(float x, float y, long steps) {
    return Tensors.of("start", Tensor.of(new float[]{x, y}, 2), "steps",
        Tensor.of(new long[]{steps}));
  }

  @BeforeEach
  void load() throws InterruptedException {
    ledger = Fixture.builder(dir).open();
    model = ledger.load(Fixture.deployed(ledger).id());
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private LoggedReceipt walked() throws InterruptedException {
    Inference inference = model.infer(from(0.5f, -0.25f, 7), Map.of("case", "4711"), walk(0.5f));
    return inference.receipt().await(LONG);
  }

  @Test
  void oneReceiptBindsWhatWentInAndWhatCameOutOfAllRuns() throws InterruptedException {
    Tensors inputs = from(0.5f, -0.25f, 7);
    Inference inference = model.infer(inputs, Map.of("case", "4711"), walk(0.5f));
    LoggedReceipt logged = inference.receipt().await(LONG);
    assertThat(ledger.receipts().publish().size()).isEqualTo(1);
    Receipt receipt = (Receipt) ReceiptEntry.decode(
        ledger.receipts().proof(logged.index()).extraBytes().orElseThrow());
    assertThat(receipt).isEqualTo(logged.receipt());
    assertThat(receipt.attributes()).containsOnlyKeys("case", "computation:walk.1");
    assertThat(Computations.of(receipt)).contains("walk.1");
    Evidence evidence = ((EvidenceLookup.Kept) ledger.evidence().find(logged.index())).evidence();
    assertThat(receipt.input().opensTo(inputs, evidence.inputSalt())).isTrue();
    assertThat(receipt.output().opensTo(inference.outputs(), evidence.outputSalt())).isTrue();
  }

  @Test
  void aReplayRunsTheComputationAgain() throws InterruptedException {
    long index = walked().index();
    ledger.receipts().publish();
    VerificationReport report = ledger.verifier(walk(0.5f)).check(index);
    assertThat(report.outcome(Step.REPLAY)).as("%s", report).isInstanceOf(Outcome.Passed.class);
    assertThat(ledger.verifier(walk(0.5f)).checkAll(1).replayed()).isEqualTo(1);
  }

  @Test
  void aComputationThatMakesSomethingElseIsFoundOut() throws InterruptedException {
    long index = walked().index();
    ledger.receipts().publish();
    VerificationReport report = ledger.verifier(walk(0.25f)).check(index);
    assertThat(report.outcome(Step.REPLAY)).isInstanceOf(Outcome.Failed.class);
    assertThat(ledger.verifier(walk(0.25f)).checkAll(1).failures()).hasSize(1);
  }

  @Test
  void aVerifierWithoutTheComputationSaysSo() throws InterruptedException {
    long index = walked().index();
    ledger.receipts().publish();
    for (VerificationReport report : List.of(ledger.verifier().check(index),
        ledger.verifier(new Walk("walk.2", 0.5f, step -> {
        })).check(index))) {
      assertThat(report.isSound()).isTrue();
      assertThat(report.outcome(Step.REPLAY)).isInstanceOf(Outcome.Skipped.class);
      assertThat(report.outcome(Step.REPLAY).explanation()).contains("'walk.1'");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ledger.verifier(walk(1), walk(2)))
        .withMessageContaining("'walk.1'");
  }

  @Test
  void aRevocationStopsItBetweenTwoRuns() throws InterruptedException {
    Walk revokedMidway = new Walk("walk.1", 0.5f, step -> {
      if (step == 2) {
        revoke();
      }
    });
    assertThatThrownBy(() -> model.infer(from(0, 0, 1_000_000), Map.of(), revokedMidway))
        .isInstanceOf(VersionRevokedException.class);
    assertThat(ledger.receipts().publish().size()).isZero();
  }

  private void revoke() {
    try {
      var unused = ledger.revoke(model.version().id(), "it walks too far");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nobodyElseMayCallAnAttributeLikeAComputation() {
    Map<String, String> attributes = Map.of("computation:walk.1", "walk.1");
    assertThatIllegalArgumentException().isThrownBy(() -> model.infer(input(1, 1), attributes))
        .withMessageContaining("computation:walk.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.inferAll(List.of(input(1, 1)), List.of(attributes)))
        .withMessageContaining("computation:walk.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.infer(from(0, 0, 1), attributes, walk(1)))
        .withMessageContaining("computation:walk.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.infer(from(0, 0, 1), Map.of(), new Walk("Walk 1", 1, step -> {
        })))
        .withMessageContaining("'Walk 1'");
  }

  @Test
  void aComputationDoesNotCloseTheModel() throws InterruptedException {
    Computation closing = new Computation() {
      @Override
      public String name() {
        return "closing.1";
      }

      @Override
      public Tensors run(LoadedModel given, Tensors inputs) {
        given.close();
        return inputs;
      }
    };
    assertThatThrownBy(() -> model.infer(from(0, 0, 1), Map.of(), closing))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(model.infer(input(1, 1)).outputs().names()).isNotEmpty();
  }
}
