package org.modelledger.largemodels;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.evidence.Retention;
import org.modelledger.inference.Computation;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.LineageFacts;
import org.modelledger.verification.Outcome;
import org.modelledger.verification.Step;
import org.modelledger.verification.VerificationReport;

/** A ledger of its own that runs models with ONNX Runtime and keeps all evidence. */
final class Workbench implements AutoCloseable {
  static final Duration LONG = Duration.ofMinutes(2);

  private final ModelLedger ledger;

  Workbench(Path directory) {
    ledger = ModelLedger.builder("local:" + directory.resolve("ledger"))
        .engine("onnxruntime")
        .retention(Retention.FULL)
        .open();
  }

  ModelLedger ledger() {
    return ledger;
  }

  /** Registers, deploys and loads what is deployed. */
  AttestedModel load(String name, ModelFiles files) throws InterruptedException {
    ModelVersion version = ledger.register(name, files, Collections.emptySortedMap(), facts());
    var unused = ledger.deploy(version, "production");
    return ledger.load(name + "@production");
  }

  private static LineageFacts facts() {
    Instant made = Instant.parse("2026-01-01T00:00:00Z");
    return LineageFacts.builder(new EngineInfo("elsewhere", "1", "cpu", 1), made, made).build();
  }

  /** Runs the model and has its receipt verified to the end, with a replay. */
  Tensors attested(AttestedModel model, Tensors inputs) throws InterruptedException {
    Inference inference = model.infer(inputs, Map.of("case", "4711"));
    verify(inference);
    return inference.outputs();
  }

  /** Verifies a receipt to the end, with a replay. */
  VerificationReport verify(Inference inference, Computation... computations)
      throws InterruptedException {
    VerificationReport report = verifyWithoutReplay(inference, computations);
    assertThat(report.outcome(Step.REPLAY)).as("%s", report).isInstanceOf(Outcome.Passed.class);
    return report;
  }

  /** Verifies a receipt to the end; a replay is made if the engine promises anything. */
  VerificationReport verifyWithoutReplay(Inference inference, Computation... computations)
      throws InterruptedException {
    long index = inference.receipt().await(LONG).index();
    var unused = ledger.anchor();
    VerificationReport report = ledger.verifier(computations).check(index);
    assertThat(report.isSound()).as("%s", report).isTrue();
    assertThat(report.outcome(Step.COMMITMENTS)).isInstanceOf(Outcome.Passed.class);
    assertThat(report.outcome(Step.ARTIFACT)).isInstanceOf(Outcome.Passed.class);
    return report;
  }

  @Override
  public void close() {
    ledger.close();
  }
}
