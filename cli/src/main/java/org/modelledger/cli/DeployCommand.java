package org.modelledger.cli;

import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import org.modelledger.model.ModelVersionId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Puts a version into an environment. */
@Command(name = "deploy", description = "Puts a version into an environment.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class DeployCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL:VERSION", description = "Such as acme/credit:3.")
  private String version;

  @Parameters(paramLabel = "ENVIRONMENT", description = "Such as production.")
  private String environment;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() throws InterruptedException {
    try (ModelLedger ledger = options.open()) {
      new EventOutput(output).print(ledger.deploy(ModelVersionId.parse(version), environment));
    }
    return ExitCode.OK;
  }
}
