package org.modelledger.lineage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.VerificationKey;

/**
 * How many accounts have to approve a version before it is put into an environment, which accounts
 * those are, and by which key each of them signs. Who deploys does not count: four eyes.
 *
 * <p>The rules of a registry know no approvals. A policy holds for a client that deploys with it, and
 * for anybody who checks afterwards; a client without it is not stopped by the ledger, but found.
 *
 * <p>Immutable.
 */
public final class DeployPolicy {
  private final SortedMap<EnvironmentName, Integer> required;
  private final SortedMap<AccountId, VerificationKey> approvers;

  private DeployPolicy(Builder builder) {
    required = Collections.unmodifiableSortedMap(new TreeMap<>(builder.required));
    approvers = Collections.unmodifiableSortedMap(new TreeMap<>(builder.approvers));
  }

  /** Begins a policy that demands nothing yet. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns how many accounts have to approve what is put into an environment; 0 if none has to. */
  public int required(EnvironmentName environment) {
    return required.getOrDefault(environment, 0);
  }

  /** Returns who may approve, with the key that each of them signs by. */
  public SortedMap<AccountId, VerificationKey> approvers() {
    return approvers;
  }

  /**
   * What became of the approvals of one deployment.
   *
   * @param required how many accounts have to approve
   * @param approvedBy the accounts whose approval counts, with its digest
   * @param notCounted approvals of this version for this environment that do not count, and why
   */
  public record Tally(int required, SortedMap<AccountId, Digest> approvedBy,
      List<String> notCounted) {
    public Tally {
      approvedBy = Collections.unmodifiableSortedMap(new TreeMap<>(approvedBy));
      notCounted = List.copyOf(notCounted);
    }

    /** Says whether enough accounts have approved. */
    public boolean isMet() {
      return missing() == 0;
    }

    /** Returns how many approvals are missing; 0 if none. */
    public int missing() {
      return Math.max(0, required - approvedBy.size());
    }
  }

  /**
   * Counts approvals.
   *
   * @param ledger the id of the ledger that has the version
   * @param version what is to be deployed
   * @param environment where to
   * @param deployer by whom, whose own approval does not count
   * @param envelopes signed statements; those that are no approval of this version for this environment
   *     are passed over
   */
  public Tally count(String ledger, ModelVersion version, EnvironmentName environment,
      AccountId deployer, Iterable<byte[]> envelopes) {
    SortedMap<AccountId, Digest> approvedBy = new TreeMap<>();
    List<String> notCounted = new ArrayList<>();
    for (byte[] envelope : envelopes) {
      Optional<ApprovalStatement> found = approval(envelope)
          .filter(it -> it.version().equals(version.id())
              && it.environment().equals(environment));
      if (found.isEmpty()) {
        continue;
      }
      ApprovalStatement approval = found.get();
      Optional<String> objection = objection(approval, envelope, ledger, version, deployer);
      if (objection.isEmpty()) {
        approvedBy.putIfAbsent(approval.approver(), Digest.sha256(envelope));
      } else {
        notCounted.add("the approval by " + approval.approver() + " " + objection.get());
      }
    }
    return new Tally(required(environment), approvedBy, notCounted);
  }

  private Optional<String> objection(ApprovalStatement approval, byte[] envelope, String ledger,
      ModelVersion version, AccountId deployer) {
    VerificationKey key = approvers.get(approval.approver());
    if (key == null) {
      return Optional.of("is by an account that the policy does not name");
    }
    if (approval.approver().equals(deployer)) {
      return Optional.of("is by the account that deploys");
    }
    if (!approval.isAbout(ledger, version)) {
      return Optional.of("is about other files, another lineage or another ledger");
    }
    try {
      var unused = Statements.verify(envelope, key);
      return Optional.empty();
    } catch (VerificationException e) {
      return Optional.of("does not hold: " + e.getMessage());
    }
  }

  private static Optional<ApprovalStatement> approval(byte[] envelope) {
    try {
      return Statements.readUnverified(envelope) instanceof ApprovalStatement approval
          ? Optional.of(approval)
          : Optional.empty();
    } catch (ModelFormatException e) {
      return Optional.empty(); // whatever it is, it approves nothing
    }
  }

  @Override
  public String toString() {
    return "DeployPolicy" + required + " of " + approvers.keySet();
  }

  /** Collects what a policy demands. Not for use by several threads at once. */
  public static final class Builder {
    private final SortedMap<EnvironmentName, Integer> required = new TreeMap<>();
    private final SortedMap<AccountId, VerificationKey> approvers = new TreeMap<>();
    private final Map<VerificationKey, AccountId> owners = new HashMap<>();

    private Builder() {}

    /**
     * Names an account that may approve, and the key that is its.
     *
     * @throws IllegalArgumentException if the account was named before, or another account with this
     *     key: two signatures by one key are not four eyes
     */
    public Builder approver(AccountId account, VerificationKey key) {
      Objects.requireNonNull(account, "account");
      AccountId other = owners.putIfAbsent(Objects.requireNonNull(key, "key"), account);
      if (other != null || approvers.putIfAbsent(account, key) != null) {
        throw new IllegalArgumentException("each approver is named once and has a key of its own: "
            + account + (other == null || other.equals(account)
                ? ""
                : ", whose key " + other
                    + " has, too"));
      }
      return this;
    }

    /**
     * Demands that so many accounts approve what is put into an environment.
     *
     * @param approvals from 1
     */
    public Builder require(String environment, int approvals) {
      if (approvals < 1) {
        throw new IllegalArgumentException("an approval by at least 1 account is demanded, not by "
            + approvals + ", for " + environment);
      }
      required.put(EnvironmentName.of(environment), approvals);
      return this;
    }

    /**
     * Returns the policy.
     *
     * @throws IllegalArgumentException if more approvals are demanded than there are approvers
     */
    public DeployPolicy build() {
      SortedSet<EnvironmentName> impossible = new TreeSet<>();
      required.forEach((environment, approvals) -> {
        if (approvals > approvers.size()) {
          impossible.add(environment);
        }
      });
      if (!impossible.isEmpty()) {
        throw new IllegalArgumentException("more approvals are demanded than the "
            + approvers.size() + " approvers can give, for " + impossible);
      }
      return new DeployPolicy(this);
    }
  }
}
