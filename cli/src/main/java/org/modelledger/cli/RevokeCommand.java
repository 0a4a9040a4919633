package org.modelledger.cli;

import org.modelledger.ModelLedger;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.LedgerEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Withdraws a version for good. */
@Command(name = "revoke", description = "Withdraws a version for good; no environment has it any more.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class RevokeCommand extends RegistryVerbCommand {

  @Parameters(paramLabel = "MODEL:VERSION", description = "Such as acme/credit:3.")
  private String version;

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Kept here; the registry gets its digest.")
  private String reason;

  @Override
  LedgerEvent change(ModelLedger ledger) throws InterruptedException {
    return ledger.revoke(ModelVersionId.parse(version), reason);
  }
}
