package org.modelledger.verification;

import java.util.Objects;
import java.util.OptionalDouble;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;

/** What came of running an inference again. Each says in a sentence for a person what was found. */
public sealed interface Replayed {
  /** Returns what was found, and what was expected where it was not. */
  String explanation();

  /**
   * The outputs are the same, to the last bit: they open the receipt's commitment.
   *
   * @param engine what computed this time
   */
  record BitExact(EngineInfo engine, String explanation) implements Replayed {
    public BitExact {
      Objects.requireNonNull(engine, "engine");
      Objects.requireNonNull(explanation, "explanation");
    }
  }

  /**
   * The outputs are the same within what the engine that ran promised, or within what whoever replays
   * allows another engine.
   *
   * @param engine what computed this time
   * @param allowed how far they may be off
   * @param deviation how far they are off at most, by the measure of {@link Determinism.Tolerance}
   */
  record WithinTolerance(EngineInfo engine, Determinism.Tolerance allowed, double deviation,
      String explanation) implements Replayed {
    public WithinTolerance {
      Objects.requireNonNull(engine, "engine");
      Objects.requireNonNull(allowed, "allowed");
      Objects.requireNonNull(explanation, "explanation");
    }
  }

  /**
   * The outputs are others, or the kept inputs are not those that the receipt commits to, or the model
   * does not run on them: something of the evidence does not hold.
   *
   * @param deviation how far the outputs are off at most, if they can be compared; infinite if a number
   *     became none, or an output that is no floating point number changed
   */
  record Differs(OptionalDouble deviation, String explanation) implements Replayed {
    public Differs {
      Objects.requireNonNull(deviation, "deviation");
      Objects.requireNonNull(explanation, "explanation");
    }
  }

  /** It could not be run again, or not be judged; the explanation says what is missing. */
  record NotPossible(String explanation) implements Replayed {
    public NotPossible {
      Objects.requireNonNull(explanation, "explanation");
    }
  }
}
