package org.modelledger.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.modelledger.Fixture.LONG;
import static org.modelledger.Fixture.input;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.Fixture;
import org.modelledger.ModelLedger;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.registry.ModelVersion;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;

/** An inference that ran on one engine is repeated on another. */
class ReplayElsewhereTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path dir;

  /** The exact engine under another name, whose arithmetic is a little off. */
  private record Neighbour(InferenceEngine engine, float off) implements InferenceEngine {
    @Override
    public EngineInfo info() {
      return new EngineInfo("neighbour", "1", "cpu", 1);
    }

    @Override
    public LoadedModel load(ModelFiles files) {
      return new Off(engine.load(files), off);
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private record Off(LoadedModel model, float off) implements LoadedModel {
    @Override
    public List<TensorSpec> inputs() {
      return model.inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
      return model.outputs();
    }

    @Override
    public Determinism determinism() {
      return Determinism.PROBED;
    }

    @Override
    public Tensors run(Tensors inputs) throws InterruptedException {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      model.run(inputs).asMap().forEach((name, tensor) -> outputs.put(name, shift(tensor)));
      return Tensors.of(outputs);
    }

    private Tensor shift(Tensor tensor) {
      if (tensor.dataType() != DataType.FP32) {
        return tensor;
      }
      float[] numbers = tensor.toFloats();
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] += off;
      }
      return Tensor.of(numbers, tensor.shape().lengths());
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static Verifier.Builder verifier(ModelLedger ledger, InferenceEngine engine) {
    return Verifier.builder(ledger.receipts().key())
        .log(ledger.receipts().reader())
        .registry(ledger.registry())
        .artifacts(ledger.artifacts())
        .evidence(ledger.evidence()::find)
        .engine(() -> engine);
  }

  /** Returns an engine that is not the exact one. */
  static InferenceEngine neighbour(float off) {
    return new Neighbour(exact(), off);
  }

  static InferenceEngine exact() {
    return Providers.openInferenceEngine("exact", ProviderOptions.empty(),
        ReplayElsewhereTest.class.getClassLoader());
  }

  @Test
  void anotherEngineIsHeldToTheToleranceThatTheVerifierWasGiven() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open();
        InferenceEngine near = neighbour(1e-6f);
        InferenceEngine far = neighbour(0.01f);
        InferenceEngine same = neighbour(0)) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        model.infer(input(1, 2)).receipt().await(LONG);
      }
      ledger.receipts().publish();
      Determinism.Tolerance tolerance = new Determinism.Tolerance(1e-4);

      assertThat(verifier(ledger, near).build().check(0).outcome(Step.REPLAY))
          .isEqualTo(new Outcome.Skipped("it ran on the engine exact, here is neighbour"));
      assertThat(verifier(ledger, near).replayElsewhere(tolerance)
          .build()
          .check(0)
          .outcome(Step.REPLAY)).isEqualTo(new Outcome.Passed(
              "the model makes the same outputs of the inputs again, within tolerance:1.0e-4"
                  + " on the engine neighbour (it ran on exact)"));
      assertThat(verifier(ledger, same).replayElsewhere(tolerance)
          .build()
          .check(0)
          .outcome(Step.REPLAY)
          .explanation()).contains("to the last bit on the engine neighbour");
      VerificationReport report = verifier(ledger, far).replayElsewhere(tolerance)
          .build()
          .check(0);
      assertThat(report.isSound()).isFalse();
      assertThat(report.outcome(Step.REPLAY)).isInstanceOf(Outcome.Failed.class)
          .extracting(Outcome::explanation)
          .asString()
          .contains("on the engine neighbour", "allowed is within tolerance:1.0e-4");
      assertThat(verifier(ledger, near).replayElsewhere(tolerance).build().checkAll(1).replayed())
          .isEqualTo(1);
    }
  }
}
