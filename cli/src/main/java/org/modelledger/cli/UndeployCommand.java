package org.modelledger.cli;

import org.modelledger.ModelLedger;
import org.modelledger.registry.LedgerEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Leaves an environment without a version. */
@Command(name = "undeploy", description = "Leaves an environment without a version of a model.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class UndeployCommand extends RegistryVerbCommand {

  @Parameters(paramLabel = "MODEL", description = "Such as acme/credit.")
  private String model;

  @Parameters(paramLabel = "ENVIRONMENT", description = "Such as production.")
  private String environment;

  @Override
  LedgerEvent change(ModelLedger ledger) throws InterruptedException {
    return ledger.undeploy(model, environment);
  }
}
