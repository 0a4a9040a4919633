package org.modelledger.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.modelledger.ModelLedger;
import org.modelledger.audit.RegistryAt;
import org.modelledger.model.AccountId;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;
import org.modelledger.verification.DeploymentAudit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks what was in force when, and whether it had to be approved. */
@Command(name = "audit", description = {
    "Says what was deployed at a moment, and what had been revoked by then, from the registry's history alone.",
    "With --approvals instead of that: which deployments had the approvals of so many others in time, recorded before in"
        + " the registry, and which had not."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class AuditCommand implements Callable<Integer> {

  /** What to ask: one of the two. */
  static final class Question {
    @Option(names = "--at", paramLabel = "TIME", description = "The moment, such as 2026-03-03T12:00:00Z, by the ledger's time. Default: now.")
    private @Nullable Instant at;

    @Option(names = "--approvals", paramLabel = "ENVIRONMENT=N", description = "How many of the approvers have to have approved what is put into an"
        + " environment, besides who deploys. As often as wanted.")
    private Map<String, Integer> approvals = new TreeMap<>();
  }

  @ArgGroup
  private Question question = new Question();

  @Mixin
  private Approvers approvers;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() throws InterruptedException, VerificationException {
    try (ModelLedger ledger = options.open()) {
      if (!question.approvals.isEmpty()) {
        return print(ledger.lineage().audit(approvers.demanding(question.approvals)));
      }
      print(question.at == null ? ledger.audit().now() : ledger.audit().at(question.at));
    }
    return ExitCode.OK;
  }

  private void print(RegistryAt then) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("ledger", then.ledgerId());
    then.last().ifPresent(event -> {
      members.put("position", event.position().toString());
      members.put("time", event.time().toString());
    });
    List<Map<String, Object>> deployed = new ArrayList<>();
    then.models()
        .values()
        .forEach(model -> new TreeMap<>(model.deployments()).forEach((environment, version) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("version", version.toString());
          one.put("environment", environment.value());
          then.version(version).ifPresent(it -> one.put("artifact", it.artifact().toString()));
          deployed.add(one);
        }));
    members.put("deployed", deployed);
    members.put("revoked", then.revocations()
        .keySet()
        .stream()
        .map(ModelVersionId::toString)
        .toList());
    output.print(then.toString(), members);
  }

  private int print(DeploymentAudit audit) {
    for (DeploymentAudit.Finding finding : audit.findings()) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("approved", finding.isSound());
      members.put("version", finding.deployment().version().toString());
      members.put("environment", finding.deployment().environment().value());
      members.put("position", finding.deployment().header().position().toString());
      members.put("author", finding.deployment().header().author().value());
      members.put("required", finding.tally().required());
      members.put("approvedBy",
          finding.tally().approvedBy().keySet().stream().map(AccountId::value).toList());
      members.put("notCounted", finding.tally().notCounted());
      output.print(finding.toString(), members);
    }
    return audit.isSound() ? ExitCode.OK : ExitCode.EVIDENCE;
  }
}
