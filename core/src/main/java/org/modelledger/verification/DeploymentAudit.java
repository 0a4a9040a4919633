package org.modelledger.verification;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.modelledger.lineage.ApprovalStatement;
import org.modelledger.lineage.DeployPolicy;
import org.modelledger.lineage.StatementLog;
import org.modelledger.lineage.Statements;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelVersion;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;

/**
 * What was deployed with the approvals that a policy demands, and what without.
 *
 * <p>An approval counts if its digest is in the log of statements under a root that the ledger has
 * anchored before the deployment: so one that was made up afterwards does not, whatever time it names.
 * Who wrote the anchor is all the same, since the root tells.
 *
 * @param findings one for each deployment into an environment for which the policy demands something, in
 *     the ledger's order
 */
public record DeploymentAudit(List<Finding> findings) {
  public DeploymentAudit {
    findings = List.copyOf(findings);
  }

  /**
   * What was found about one deployment.
   *
   * @param deployment the ledger's event
   * @param tally the approvals that count, and those that do not
   */
  public record Finding(LedgerEvent.ModelDeployed deployment, DeployPolicy.Tally tally) {
    /** Says whether enough accounts had approved. */
    public boolean isSound() {
      return tally.isMet();
    }

    /** Returns one line for a person to read. */
    @Override
    public String toString() {
      return (isSound() ? "approved      " : "NOT APPROVED  ") + deployment.version() + " in "
          + deployment.environment() + " by " + deployment.header().author() + " at "
          + deployment.header().position() + ": " + tally.approvedBy().size() + " of "
          + tally.required() + " " + tally.approvedBy().keySet()
          + (tally.notCounted().isEmpty() ? "" : "; " + String.join("; ", tally.notCounted()));
    }
  }

  /** Says whether every deployment had its approvals. */
  public boolean isSound() {
    return findings.stream().allMatch(Finding::isSound);
  }

  /**
   * Does nothing if every deployment had its approvals.
   *
   * @throws VerificationException with the first that had not
   */
  public void requireSound() throws VerificationException {
    for (Finding finding : findings) {
      if (!finding.isSound()) {
        throw new VerificationException(finding.toString());
      }
    }
  }

  /**
   * Goes through a ledger's history.
   *
   * @param ledger its id
   * @param history its events, oldest first
   * @param statements the log of statements of who deploys
   * @param envelopes looks up signed statements by their digest; one that is missing approves nothing
   * @throws VerificationException if the log does not hold
   */
  public static DeploymentAudit of(String ledger, List<LedgerEvent> history, DeployPolicy policy,
      LogReader statements, Function<Digest, Optional<byte[]>> envelopes)
      throws VerificationException {
    try {
      Walk walk = new Walk(ledger, policy, statements);
      walk.readApprovals(envelopes);
      for (LedgerEvent event : history) {
        walk.pass(event);
      }
      return new DeploymentAudit(walk.findings);
    } catch (ProofException | ModelFormatException e) {
      throw new VerificationException("the log of statements does not hold: " + e.getMessage(), e);
    }
  }

  /** Returns one line for each deployment. */
  @Override
  public String toString() {
    return findings.stream().map(Finding::toString).collect(Collectors.joining("\n"));
  }

  private record Place(ModelVersionId version, EnvironmentName environment) {}

  private static final class Walk {
    private final String ledger;
    private final DeployPolicy policy;
    private final LogReader log;
    private final SignedCheckpoint newest;
    /** Envelopes by their index in the log. */
    private final Map<Place, SortedMap<Long, byte[]>> approvals = new HashMap<>();
    private final Map<ModelVersionId, ModelVersion> versions = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private long anchored;

    Walk(String ledger, DeployPolicy policy, LogReader log) throws ProofException {
      this.ledger = ledger;
      this.policy = policy;
      this.log = log;
      this.newest = log.latest();
    }

    void readApprovals(Function<Digest, Optional<byte[]>> envelopes) throws ProofException {
      if (newest.size() > 0) {
        log.entries(0, newest.size(), newest, (index, entry) -> envelopes
            .apply(StatementLog.decode(entry))
            .ifPresent(envelope -> approval(index, envelope)));
      }
    }

    private void approval(long index, byte[] envelope) {
      try {
        if (Statements.readUnverified(envelope) instanceof ApprovalStatement approval) {
          approvals.computeIfAbsent(new Place(approval.version(), approval.environment()),
              place -> new TreeMap<>()).put(index, envelope);
        }
      } catch (ModelFormatException e) {
        // whatever it is, it approves nothing
      }
    }

    void pass(LedgerEvent event) throws ProofException {
      switch (event) {
        case LedgerEvent.ModelTrained trained -> versions.put(trained.version(),
            new ModelVersion(trained.version(), trained.artifact(), trained.statement(),
                trained.header().author(), trained.header().time(), trained.header().position(),
                Optional.empty()));
        case LedgerEvent.LogAnchored anchor when isOfTheLog(anchor) -> anchored = Math
            .max(anchored, anchor.treeSize());
        case LedgerEvent.ModelDeployed deployed when policy
            .required(deployed.environment()) > 0 ->
          findings.add(judge(deployed));
        default -> {
          // says nothing about approvals
        }
      }
    }

    /** Anybody may anchor anything under this name; what has another root is about another log. */
    private boolean isOfTheLog(LedgerEvent.LogAnchored anchor) throws ProofException {
      return anchor.origin().value().equals(log.log().name())
          && anchor.treeSize() <= newest.size()
          && log.rootAt(anchor.treeSize(), newest).hex().equals(anchor.rootHash().hex());
    }

    private Finding judge(LedgerEvent.ModelDeployed deployed) {
      ModelVersion version = versions.get(deployed.version());
      if (version == null) {
        return new Finding(deployed, new DeployPolicy.Tally(
            policy.required(deployed.environment()), new TreeMap<>(),
            List.of("the history has no registration of it")));
      }
      SortedMap<Long, byte[]> all = approvals.getOrDefault(
          new Place(deployed.version(), deployed.environment()), new TreeMap<>());
      DeployPolicy.Tally tally = policy.count(ledger, version, deployed.environment(),
          deployed.header().author(), all.headMap(anchored).values());
      List<String> notCounted = new ArrayList<>(tally.notCounted());
      all.tailMap(anchored)
          .keySet()
          .forEach(index -> notCounted.add("entry " + index
              + " of the log of statements was not anchored before"));
      return new Finding(deployed,
          new DeployPolicy.Tally(tally.required(), tally.approvedBy(), notCounted));
    }
  }
}
