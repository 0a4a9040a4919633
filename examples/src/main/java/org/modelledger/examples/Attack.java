package org.modelledger.examples;

import java.nio.file.Path;

/**
 * What somebody did to evidence, on a copy of it.
 *
 * @param kind which of the attacks it is
 * @param how what was changed, for a person
 * @param genuine a directory of the evidence as it was
 * @param forged a directory with the same names in it, where the attack was carried out
 */
record Attack(Kind kind, String how, Path genuine, Path forged) {
  /** The attacks of the five-year audit. */
  enum Kind {
    SWAPPED_WEIGHT("a swapped weight"), EDITED_SCORE("an edited score"), DELETED_RECEIPT(
        "a deleted receipt"), FORKED_LOG("a forked log"), OTHER_MODEL(
            "another model's output"), REVOKED_VERSION("a revoked version");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** As a person says it. */
    String words() {
      return words;
    }

    /** As a directory's name. */
    String directory() {
      return words.substring(words.indexOf(' ') + 1).replace("'s", "").replace(' ', '-');
    }
  }
}
