package org.modelledger.inference;

import java.util.Locale;

/**
 * How far the results of an engine repeat: declared by the engine, written into every receipt, and
 * what a replay is held to.
 */
public sealed interface Determinism {
  /** The same bits on every JVM, processor and number of threads. */
  Determinism BIT_EXACT = new BitExact();
  /** The same bits on the same machine and build: tested when the model was loaded. */
  Determinism PROBED = new Probed();
  /** Nothing is promised. */
  Determinism NONE = new None();

  /** Returns the word that receipts carry; {@link #parse} reads it. */
  String word();

  /** See {@link #BIT_EXACT}. */
  record BitExact() implements Determinism {
    @Override
    public String word() {
      return "bit-exact";
    }
  }

  /** See {@link #PROBED}. */
  record Probed() implements Determinism {
    @Override
    public String word() {
      return "probed";
    }
  }

  /**
   * Every element differs by at most {@code epsilon} from that of a repetition: absolutely, or
   * relative to the greater of the two.
   *
   * @param epsilon greater than 0, finite
   */
  record Tolerance(double epsilon) implements Determinism {
    /** @throws IllegalArgumentException if {@code epsilon} is not a finite number above 0 */
    public Tolerance {
      if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "a tolerance is a finite number above 0, not " + epsilon);
      }
    }

    @Override
    public String word() {
      return "tolerance:" + Double.toString(epsilon).toLowerCase(Locale.ROOT);
    }
  }

  /** See {@link #NONE}. */
  record None() implements Determinism {
    @Override
    public String word() {
      return "none";
    }
  }

  /**
   * Returns a {@link Tolerance}.
   *
   * @throws IllegalArgumentException if {@code epsilon} is not a finite number above 0
   */
  static Determinism tolerance(double epsilon) {
    return new Tolerance(epsilon);
  }

  /**
   * Reads what {@link #word()} writes.
   *
   * @throws IllegalArgumentException if the word is none of them
   */
  static Determinism parse(String word) {
    return switch (word) {
      case "bit-exact" -> BIT_EXACT;
      case "probed" -> PROBED;
      case "none" -> NONE;
      default -> {
        // JSON's numbers (RFC 8259 §6) without a sign; Double.parseDouble takes more
        if (word.matches("tolerance:[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
          yield new Tolerance(Double.parseDouble(word.substring("tolerance:".length())));
        }
        throw new IllegalArgumentException("unknown determinism '" + word
            + "'; expected bit-exact, probed, tolerance:<epsilon> or none");
      }
    };
  }
}
