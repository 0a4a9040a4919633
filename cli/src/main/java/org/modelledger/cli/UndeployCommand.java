package org.modelledger.cli;

import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Leaves an environment without a version. */
@Command(name = "undeploy", description = "Leaves an environment without a version of a model.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class UndeployCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "Such as acme/credit.")
  private String model;

  @Parameters(paramLabel = "ENVIRONMENT", description = "Such as production.")
  private String environment;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() throws InterruptedException {
    try (ModelLedger ledger = options.open()) {
      new EventOutput(output).print(ledger.undeploy(model, environment));
    }
    return ExitCode.OK;
  }
}
