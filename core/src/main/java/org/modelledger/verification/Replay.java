package org.modelledger.verification;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.evidence.Evidence;
import org.modelledger.inference.Computation;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.receipt.Computations;
import org.modelledger.receipt.Receipt;

/**
 * Runs an inference again and holds the result to what the engine promised; on another engine, to a tolerance that the verifier was
 * given.
 */
final class Replay {
  private Replay() {}

  /**
   * @param computations by name, for receipts that are about one
   * @param elsewhere how far another engine may be off; nothing if none may stand in
   */
  static StepResult run(Receipt receipt, Evidence evidence, InferenceEngine engine,
      LoadedModel model, Map<String, Computation> computations,
      Optional<Determinism.Tolerance> elsewhere) throws InterruptedException {
    boolean same = engine.info().name().equals(receipt.engine().name());
    if (!same && elsewhere.isEmpty()) {
      return skipped("it ran on the engine " + receipt.engine().name() + ", here is "
          + engine.info().name());
    }
    if (same && receipt.determinism() instanceof Determinism.None) {
      return skipped("the engine promises nothing about repetitions");
    }
    Optional<Tensors> inputs = evidence.inputs();
    if (inputs.isEmpty()) {
      return skipped("the inputs were not kept");
    }
    if (!receipt.input().opensTo(inputs.get(), evidence.inputSalt())) {
      return StepResult.failed(Step.REPLAY,
          "the inputs are not those that the receipt commits to");
    }
    Optional<String> computed = Computations.of(receipt);
    if (computed.isPresent() && !computations.containsKey(computed.get())) {
      return skipped("it was the computation '" + computed.get()
          + "', which this verifier was not given; it has " + computations.keySet());
    }
    Tensors again;
    try {
      again = computed.isPresent()
          ? Objects.requireNonNull(computations.get(computed.get())).run(model, inputs.get())
          : model.run(inputs.get());
    } catch (InferenceException | IllegalArgumentException e) {
      return StepResult.failed(Step.REPLAY, "the model does not run on the inputs: "
          + e.getMessage());
    }
    String where = same
        ? ""
        : " on the engine " + engine.info().name() + " (it ran on " + receipt.engine().name() + ")";
    if (receipt.output().opensTo(again, evidence.outputSalt())) {
      return StepResult.passed(Step.REPLAY,
          "the model makes the same outputs of the inputs again, to the last bit" + where);
    }
    if (computed.isPresent() && (!same || receipt.determinism() instanceof Determinism.Tolerance)) {
      return skipped("the model repeats its numbers only within a tolerance, and the computation '"
          + computed.get() + "' made something else of them this time");
    }
    if (!same) {
      return within(elsewhere.orElseThrow(), evidence, again, where, "allowed");
    }
    if (receipt.determinism() instanceof Determinism.Tolerance tolerance) {
      return within(tolerance, evidence, again, where, "promised");
    }
    return StepResult.failed(Step.REPLAY, "the model makes other outputs of the inputs now"
        + engineNote(receipt, engine) + "; promised is " + receipt.determinism().word());
  }

  private static String engineNote(Receipt receipt, InferenceEngine engine) {
    return engine.info().equals(receipt.engine())
        ? ""
        : " (it ran on " + receipt.engine() + ", here is " + engine.info() + ")";
  }

  private static StepResult within(Determinism.Tolerance tolerance, Evidence evidence,
      Tensors again, String where, String verb) {
    Optional<Tensors> outputs = evidence.outputs();
    if (outputs.isEmpty()) {
      return skipped("the outputs were not kept, and they are " + verb + " only within "
          + tolerance.word() + where);
    }
    return differs(outputs.get(), again, tolerance.epsilon())
        .map(what -> StepResult.failed(Step.REPLAY,
            what + where + "; " + verb + " is within " + tolerance.word()))
        .orElseGet(() -> StepResult.passed(Step.REPLAY,
            "the model makes the same outputs of the inputs again, within " + tolerance.word()
                + where));
  }

  /** Says where two results differ by more than a tolerance, absolute or relative to the greater. */
  static Optional<String> differs(Tensors then, Tensors now, double epsilon) {
    if (!then.names().equals(now.names())) {
      return Optional.of("the outputs were " + then.names() + ", now they are " + now.names());
    }
    for (String name : then.names()) {
      Tensor a = then.get(name);
      Tensor b = now.get(name);
      if (a.dataType() != b.dataType() || !a.shape().equals(b.shape())) {
        return Optional.of("output '" + name + "' was " + a + ", now it is " + b);
      }
      Optional<String> difference = switch (a.dataType()) {
        case FP32 -> elements(name, a, b, epsilon, Float.BYTES);
        case FP64 -> elements(name, a, b, epsilon, Double.BYTES);
        default -> a.equals(b)
            ? Optional.empty()
            : Optional.of("output '" + name + "' of type " + a.dataType() + " is not the same");
      };
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> elements(String name, Tensor a, Tensor b, double epsilon,
      int size) {
    ByteBuffer left = a.data();
    ByteBuffer right = b.data();
    for (int i = 0; i < left.limit() / size; i++) {
      double x = size == Float.BYTES ? left.getFloat(i * size) : left.getDouble(i * size);
      double y = size == Float.BYTES ? right.getFloat(i * size) : right.getDouble(i * size);
      boolean same = Double.compare(x, y) == 0
          || Math.abs(x - y) <= epsilon * Math.max(1, Math.max(Math.abs(x), Math.abs(y)));
      if (!same) {
        return Optional.of(
            "element " + i + " of output '" + name + "' was " + x + ", now it is " + y);
      }
    }
    return Optional.empty();
  }

  static StepResult skipped(String why) {
    return StepResult.skipped(Step.REPLAY, why);
  }
}
