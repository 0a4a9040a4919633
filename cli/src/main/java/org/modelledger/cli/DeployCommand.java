package org.modelledger.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.modelledger.ModelLedger;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.LedgerEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a version into an environment. */
@Command(name = "deploy", description = {"Puts a version into an environment.",
    "With --approvals only if so many others have approved it: the registry is told before what they said."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class DeployCommand extends RegistryVerbCommand {

  @Parameters(paramLabel = "MODEL:VERSION", description = "Such as acme/credit:3.")
  private String version;

  @Parameters(paramLabel = "ENVIRONMENT", description = "Such as production.")
  private String environment;

  @Option(names = "--approvals", paramLabel = "N", description = "How many of the approvers have to have approved it, besides who deploys.")
  private @Nullable Integer approvals;

  @Mixin
  private Approvers approvers;

  @Option(names = "--approval", paramLabel = "FILE", description = "An approval that one of them has handed over, see approve. As often as wanted.")
  private List<Path> handedOver = List.of();

  @Override
  ModelLedger.Builder configure(ModelLedger.Builder builder) {
    Map<String, Integer> demanded = approvals == null ? Map.of() : Map.of(environment, approvals);
    return builder.deployPolicy(approvers.demanding(demanded));
  }

  @Override
  LedgerEvent change(ModelLedger ledger) throws InterruptedException, VerificationException {
    for (Path file : handedOver) {
      add(ledger, file);
    }
    return ledger.deploy(ModelVersionId.parse(version), environment);
  }

  private static void add(ModelLedger ledger, Path approval)
      throws InterruptedException, VerificationException {
    try {
      var unused = ledger.lineage().add(InputFile.bytes(approval));
    } catch (VerificationException e) {
      throw new VerificationException(approval + ": " + e.getMessage(), e);
    }
  }
}
