package org.modelledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modelledger.inference.Determinism;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.signing.VerificationKey;

/**
 * What has to be true of a version before it is loaded, beyond what every load demands: that it is
 * registered and not revoked, and that its files, signature and lineage statement hold by a key that is
 * trusted. All rules have to hold; the first that does not is told by a {@link
 * LoadNotAdmittedException}.
 *
 * {@snippet :
 * LoadPolicy policy = LoadPolicy.builder()
 *     .signedBy(2, alice, bob, carol)
 *     .deployedIn("production", "canary")
 *     .determinism(Determinism.PROBED)
 *     .metricAtLeast("validation.accuracy", 0.95)
 *     .build();
 * }
 *
 * <p>It is looked at when a model is loaded, not again while it runs: that a version leaves an environment
 * does not stop it there. What stops it is a {@linkplain Recall recall}.
 *
 * <p>Immutable.
 */
public final class LoadPolicy {
  /** What a policy asks about. */
  public enum Rule {
    /** Who signed the files. */
    SIGNATURES,
    /** Where the version is deployed. */
    DEPLOYMENT,
    /** How far results repeat. */
    DETERMINISM,
    /** What trained it, by the lineage statement. */
    TRAINER,
    /** When it was registered, by the ledger's time. */
    AGE,
    /** What was measured, by the lineage statement. */
    METRIC
  }

  private static final LoadPolicy ANY = new LoadPolicy(List.of());

  private final List<LoadRule> rules;

  private LoadPolicy(List<LoadRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Returns the policy that adds nothing to what every load demands. */
  public static LoadPolicy any() {
    return ANY;
  }

  /** Begins a policy that adds nothing yet. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the policy that admits what both admit. */
  public LoadPolicy and(LoadPolicy other) {
    return new LoadPolicy(Stream.concat(rules.stream(), other.rules.stream()).toList());
  }

  /**
   * Does nothing if everything holds that can be asked before anything is loaded.
   *
   * @throws LoadNotAdmittedException if a rule does not
   */
  void admit(LoadCandidate candidate) {
    rules.forEach(rule -> rule.check(candidate)
        .ifPresent(finding -> refuse(candidate.version().id(), rule, finding)));
  }

  /**
   * Does nothing if what the engine promises is enough.
   *
   * @throws LoadNotAdmittedException if it is not
   */
  void admit(ModelVersionId version, Determinism promised) {
    rules.forEach(rule -> rule.check(promised)
        .ifPresent(finding -> refuse(version, rule, finding)));
  }

  private static void refuse(ModelVersionId version, LoadRule rule, String found) {
    throw new LoadNotAdmittedException(version, rule.rule(), found, rule.expected());
  }

  @Override
  public String toString() {
    return rules.stream()
        .map(LoadRule::expected)
        .collect(Collectors.joining("; ", "LoadPolicy[", "]"));
  }

  /** Collects rules. Not for use by several threads at once. */
  public static final class Builder {
    private final List<LoadRule> rules = new ArrayList<>();

    private Builder() {}

    /**
     * Demands signatures over the files by so many of these keys. They need not be keys that the ledger
     * trusts otherwise.
     *
     * @param atLeast from 1, at most the number of different keys
     * @see ModelLedger#addSignature
     */
    public Builder signedBy(int atLeast, VerificationKey... keys) {
      Set<VerificationKey> different = Set.copyOf(List.of(keys));
      if (atLeast < 1 || atLeast > different.size()) {
        throw new IllegalArgumentException("signatures by 1 to " + different.size()
            + " of the different keys can be demanded, not by " + atLeast);
      }
      rules.add(new LoadRule.Signed(atLeast, different));
      return this;
    }

    /** Demands that the version is deployed, wherever. */
    public Builder deployed() {
      rules.add(new LoadRule.Deployed(Set.of()));
      return this;
    }

    /** Demands that the version is deployed in at least one of these environments. */
    public Builder deployedIn(String... environments) {
      if (environments.length == 0) {
        throw new IllegalArgumentException("at least one environment is named");
      }
      rules.add(new LoadRule.Deployed(
          Stream.of(environments)
              .map(EnvironmentName::of)
              .collect(Collectors.toCollection(TreeSet::new))));
      return this;
    }

    /**
     * Demands that the engine promises so much of repetitions, or more: bit-exact is more than probed,
     * that is more than any tolerance, a smaller tolerance is more than a greater one, and that is more
     * than nothing. The engine says so once it has loaded the model, which has not run then.
     */
    public Builder determinism(Determinism atLeast) {
      rules.add(new LoadRule.Deterministic(Objects.requireNonNull(atLeast, "atLeast")));
      return this;
    }

    /** Demands that the lineage statement names one of these trainers, such as {@code exact}. */
    public Builder trainedBy(String... trainers) {
      if (trainers.length == 0) {
        throw new IllegalArgumentException("at least one trainer is named");
      }
      rules.add(new LoadRule.TrainedBy(new TreeSet<>(List.of(trainers))));
      return this;
    }

    /**
     * Demands that the version was registered not longer ago. Compares the ledger's time of its
     * registration with this machine's clock: it limits age, and decides nothing about order.
     *
     * @param age more than 0
     */
    public Builder registeredWithin(Duration age) {
      if (!age.isPositive()) {
        throw new IllegalArgumentException("an age is more than 0, not " + age);
      }
      rules.add(new LoadRule.RegisteredWithin(age));
      return this;
    }

    /**
     * Demands that the lineage statement has a metric, and that it is not less than this.
     *
     * @param limit finite
     */
    public Builder metricAtLeast(String metric, double limit) {
      rules.add(new LoadRule.Metric(metric, limit, Double.POSITIVE_INFINITY));
      return this;
    }

    /** Demands that the lineage statement has a metric, and that it is not more than this. */
    public Builder metricAtMost(String metric, double limit) {
      rules.add(new LoadRule.Metric(metric, Double.NEGATIVE_INFINITY, limit));
      return this;
    }

    public LoadPolicy build() {
      return new LoadPolicy(rules);
    }
  }
}
