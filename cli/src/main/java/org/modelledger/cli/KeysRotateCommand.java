package org.modelledger.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import org.modelledger.encryption.KeyRotation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Begins a new key-encryption key. */
@Command(name = "rotate", description = {
    "Begins a new key-encryption key and wraps all data keys by it. No evidence and no model is written for that.",
    "Prints which keys are needed from now on. Others may be destroyed while no program has the ledger open."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class KeysRotateCommand implements Callable<Integer> {

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() throws InterruptedException {
    try (ModelLedger ledger = options.open()) {
      print(ledger.rotateKeys());
    }
    return ExitCode.OK;
  }

  private void print(KeyRotation rotation) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("key", rotation.key());
    members.put("rewrapped", rotation.rewrapped());
    members.put("needed", rotation.needed());
    output.print(rotation.key() + " wraps " + rotation.rewrapped() + " data keys; needed: "
        + String.join(" ", rotation.needed()), members);
  }
}
