package org.modelledger.cli;

import org.modelledger.ModelLedger;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.LedgerEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts a version into an environment. */
@Command(name = "deploy", description = "Puts a version into an environment.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class DeployCommand extends RegistryVerbCommand {

  @Parameters(paramLabel = "MODEL:VERSION", description = "Such as acme/credit:3.")
  private String version;

  @Parameters(paramLabel = "ENVIRONMENT", description = "Such as production.")
  private String environment;

  @Override
  LedgerEvent change(ModelLedger ledger) throws InterruptedException {
    return ledger.deploy(ModelVersionId.parse(version), environment);
  }
}
