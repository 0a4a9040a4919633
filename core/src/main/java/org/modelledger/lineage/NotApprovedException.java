package org.modelledger.lineage;

import java.util.Objects;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelVersionId;

/**
 * A version was not deployed: the {@link DeployPolicy} demands more approvals than there are. Nothing
 * was submitted to the ledger.
 */
public final class NotApprovedException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  private final transient ModelVersionId version;
  private final transient EnvironmentName environment;
  private final transient DeployPolicy.Tally tally;

  /** Says what is missing. */
  public NotApprovedException(ModelVersionId version, EnvironmentName environment,
      DeployPolicy.Tally tally) {
    super(version + " may not be put into " + environment + ": " + tally.approvedBy().size()
        + " of the " + tally.required() + " accounts that the policy demands have approved it"
        + (tally.approvedBy().isEmpty() ? "" : ", " + tally.approvedBy().keySet())
        + (tally.notCounted().isEmpty() ? "" : "; " + String.join("; ", tally.notCounted())));
    this.version = Objects.requireNonNull(version, "version");
    this.environment = Objects.requireNonNull(environment, "environment");
    this.tally = tally;
  }

  /** Returns what was not deployed. */
  public ModelVersionId version() {
    return version;
  }

  /** Returns where it was not deployed to. */
  public EnvironmentName environment() {
    return environment;
  }

  /** Returns which approvals there are. */
  public DeployPolicy.Tally tally() {
    return tally;
  }
}
