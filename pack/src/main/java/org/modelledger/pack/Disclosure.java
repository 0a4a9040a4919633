package org.modelledger.pack;

import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import org.modelledger.evidence.Evidence;

/**
 * How much a pack tells of what went into the models and came out. Whatever it is, the receipts themselves
 * show commitments only.
 */
public enum Disclosure {
  /** Nothing: the reader sees that there were inferences, when and by what, and not about what. */
  NOTHING,
  /**
   * The salts: whoever has an input or output can prove that it was the one. Whoever can guess it can
   * prove it as well, so this tells more than it seems where there are few possibilities.
   */
  SALTS,
  /** Everything that was kept and not erased: inputs, outputs, attributes. */
  ALL;

  /** Returns the word that pack.json has for it: the constant's name in small letters. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Disclosure> ofWord(String word) {
    for (Disclosure one : values()) {
      if (one.word().equals(word)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** Returns as much of the evidence as is told. */
  Optional<Evidence> of(Evidence kept) {
    return switch (this) {
      case NOTHING -> Optional.empty();
      case SALTS -> Optional.of(new Evidence(kept.inputSalt(), kept.outputSalt(),
          kept.attributeSalts(), Optional.empty(), Optional.empty(),
          Collections.emptySortedMap()));
      case ALL -> Optional.of(kept);
    };
  }
}
