package org.modelledger.cli;

import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.LedgerEvent;
import picocli.CommandLine.Mixin;

/** Changes the registry by one verb, whichever it is, and prints the event that came of it. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
abstract class RegistryVerbCommand implements Callable<Integer> {

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  /** Says what else is demanded of the ledger. */
  ModelLedger.Builder configure(ModelLedger.Builder builder) {
    return builder;
  }

  abstract LedgerEvent change(ModelLedger ledger)
      throws InterruptedException, VerificationException;

  @Override
  public final Integer call() throws InterruptedException, VerificationException {
    try (ModelLedger ledger = configure(options.builder()).open()) {
      new EventOutput(output).print(change(ledger));
    }
    return ExitCode.OK;
  }
}
