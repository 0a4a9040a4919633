package org.modelledger.verification;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.modelledger.evidence.Evidence;
import org.modelledger.inference.Computation;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
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
  static Replayed run(Receipt receipt, Evidence evidence, InferenceEngine engine,
      LoadedModel model, Map<String, Computation> computations,
      Optional<Determinism.Tolerance> elsewhere) throws InterruptedException {
    boolean same = engine.info().name().equals(receipt.engine().name());
    if (!same && elsewhere.isEmpty()) {
      return notPossible("it ran on the engine " + receipt.engine().name() + ", here is "
          + engine.info().name());
    }
    if (same && receipt.determinism() instanceof Determinism.None) {
      return notPossible("the engine promises nothing about repetitions");
    }
    Optional<Tensors> inputs = evidence.inputs();
    if (inputs.isEmpty()) {
      return notPossible("the inputs were not kept");
    }
    if (!receipt.input().opensTo(inputs.get(), evidence.inputSalt())) {
      return new Replayed.Differs(OptionalDouble.empty(),
          "the inputs are not those that the receipt commits to");
    }
    Optional<String> computed = Computations.of(receipt);
    if (computed.isPresent() && !computations.containsKey(computed.get())) {
      return notPossible("it was the computation '" + computed.get()
          + "', which this verifier was not given; it has " + computations.keySet());
    }
    Tensors again;
    try {
      again = computed.isPresent()
          ? Objects.requireNonNull(computations.get(computed.get())).run(model, inputs.get())
          : model.run(inputs.get());
    } catch (InferenceException | IllegalArgumentException e) {
      return new Replayed.Differs(OptionalDouble.empty(),
          "the model does not run on the inputs: " + e.getMessage());
    }
    return judge(receipt, evidence, engine.info(), again, elsewhere.filter(unused -> !same));
  }

  /** @param elsewhere how far it may be off if the engine is another one than the receipt's */
  private static Replayed judge(Receipt receipt, Evidence evidence, EngineInfo engine,
      Tensors again, Optional<Determinism.Tolerance> elsewhere) {
    String where = elsewhere.isEmpty()
        ? ""
        : " on the engine " + engine.name() + " (it ran on " + receipt.engine().name() + ")";
    if (receipt.output().opensTo(again, evidence.outputSalt())) {
      return new Replayed.BitExact(engine,
          "the model makes the same outputs of the inputs again, to the last bit" + where);
    }
    Optional<Determinism.Tolerance> allowed = elsewhere.or(() -> promised(receipt));
    Optional<String> computed = Computations.of(receipt);
    if (computed.isPresent() && allowed.isPresent()) {
      return notPossible("the model repeats its numbers only within a tolerance, and the"
          + " computation '" + computed.get() + "' made something else of them this time");
    }
    if (allowed.isPresent()) {
      return within(allowed.get(), evidence, engine, again, where,
          elsewhere.isPresent() ? "allowed" : "promised");
    }
    return new Replayed.Differs(deviation(evidence, again),
        "the model makes other outputs of the inputs now" + engineNote(receipt, engine)
            + "; promised is " + receipt.determinism().word());
  }

  private static Optional<Determinism.Tolerance> promised(Receipt receipt) {
    return receipt.determinism() instanceof Determinism.Tolerance tolerance
        ? Optional.of(tolerance)
        : Optional.empty();
  }

  private static OptionalDouble deviation(Evidence evidence, Tensors again) {
    return evidence.outputs().isPresent()
        ? OptionalDouble.of(Deviation.of(evidence.outputs().get(), again, 0).greatest())
        : OptionalDouble.empty();
  }

  private static String engineNote(Receipt receipt, EngineInfo engine) {
    return engine.equals(receipt.engine())
        ? ""
        : " (it ran on " + receipt.engine() + ", here is " + engine + ")";
  }

  private static Replayed within(Determinism.Tolerance tolerance, Evidence evidence,
      EngineInfo engine, Tensors again, String where, String verb) {
    Optional<Tensors> outputs = evidence.outputs();
    if (outputs.isEmpty()) {
      return notPossible("the outputs were not kept, and they are " + verb + " only within "
          + tolerance.word() + where);
    }
    Deviation deviation = Deviation.of(outputs.get(), again, tolerance.epsilon());
    return deviation.beyond()
        .<Replayed>map(what -> new Replayed.Differs(OptionalDouble.of(deviation.greatest()),
            what + where + "; " + verb + " is within " + tolerance.word()))
        .orElseGet(() -> new Replayed.WithinTolerance(engine, tolerance, deviation.greatest(),
            "the model makes the same outputs of the inputs again, within " + tolerance.word()
                + where));
  }

  /** Returns what a report says of it. */
  static StepResult step(Replayed replayed) {
    return switch (replayed) {
      case Replayed.BitExact same -> StepResult.passed(Step.REPLAY, same.explanation());
      case Replayed.WithinTolerance same -> StepResult.passed(Step.REPLAY, same.explanation());
      case Replayed.Differs other -> StepResult.failed(Step.REPLAY, other.explanation());
      case Replayed.NotPossible not -> skipped(not.explanation());
    };
  }

  private static Replayed notPossible(String why) {
    return new Replayed.NotPossible(why);
  }

  static StepResult skipped(String why) {
    return StepResult.skipped(Step.REPLAY, why);
  }
}
