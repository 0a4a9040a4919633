package org.modelledger.pack;

import java.util.Map;
import org.modelledger.verification.Outcome;

/** What checks are about, for who does not know the words of this field. */
final class CheckWords {
  private static final Map<String, String> WORDS = Map.ofEntries(
      Map.entry("pack signature", "Is every file of this pack as it was when it was signed?"),
      Map.entry("signature", "Did a trusted key sign the model's files?"),
      Map.entry("model key", "Whose key signed the pack and the models?"),
      Map.entry("receipts key", "Whose key signs the log of receipts?"),
      Map.entry("registry key", "Whose key signs the registry?"),
      Map.entry("contents", "Is everything here that the pack says it has?"),
      Map.entry("registry", "Is the registry whole, and did each event keep its rules?"),
      Map.entry("versions", "Are the models in the registry the ones that the pack speaks of?"),
      Map.entry("models", "Are the models' files here, and are they the registered ones?"),
      Map.entry("statements", "Are the statements about models and data signed, and recorded?"),
      Map.entry("receipts", "Can the receipts be read?"),
      Map.entry("receipt", "Is each entry a receipt, complete and well formed?"),
      Map.entry("inclusion", "Does each receipt stand in the log, at its place?"),
      Map.entry("checkpoint", "Did the log's owner sign the state that contains it?"),
      Map.entry("anchor",
          "Does the registry have that state, so that the log cannot have been rewritten since?"),
      Map.entry("version", "Was the model that ran registered, and the very same one?"),
      Map.entry("artifact", "Are the stored files of the model the ones that were registered?"),
      Map.entry("lineage", "Is there a signed statement of how the model came about?"),
      Map.entry("commitments",
          "Are the disclosed inputs and outputs the ones that the receipt was made for?"),
      Map.entry("replay", "Does the model give the same result when it runs again?"),
      Map.entry("revocation", "Did it run before or after the model was withdrawn?"));

  private CheckWords() {}

  static String of(PackCheck check) {
    return WORDS.getOrDefault(check.name(), check.name());
  }

  static String result(PackCheck check) {
    return switch (check.outcome()) {
      case Outcome.Passed unused -> "holds";
      case Outcome.Failed unused -> "does not hold";
      case Outcome.Skipped unused -> "not checked";
    };
  }
}
