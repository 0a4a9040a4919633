package org.modelledger.cli;

import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import org.modelledger.registry.LedgerEvent;
import picocli.CommandLine.Mixin;

/** Changes the registry by one verb, whichever it is, and prints the event that came of it. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
abstract class RegistryVerbCommand implements Callable<Integer> {

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  abstract LedgerEvent change(ModelLedger ledger) throws InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    try (ModelLedger ledger = options.open()) {
      new EventOutput(output).print(change(ledger));
    }
    return ExitCode.OK;
  }
}
