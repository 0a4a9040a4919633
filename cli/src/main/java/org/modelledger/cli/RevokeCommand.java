package org.modelledger.cli;

import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import org.modelledger.model.ModelVersionId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Withdraws a version for good. */
@Command(name = "revoke", description = "Withdraws a version for good; no environment has it any more.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class RevokeCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL:VERSION", description = "Such as acme/credit:3.")
  private String version;

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Kept here; the registry gets its digest.")
  private String reason;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() throws InterruptedException {
    try (ModelLedger ledger = options.open()) {
      new EventOutput(output).print(ledger.revoke(ModelVersionId.parse(version), reason));
    }
    return ExitCode.OK;
  }
}
