package org.modelledger;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.modelledger.inference.Determinism;
import org.modelledger.model.EnvironmentName;
import org.modelledger.signing.VerificationKey;

/** One demand of a {@link LoadPolicy}. A check returns what was found if it is not what is expected. */
sealed interface LoadRule {
  LoadPolicy.Rule rule();

  String expected();

  /** Checks what is known before anything is loaded. */
  default Optional<String> check(LoadCandidate candidate) {
    return Optional.empty();
  }

  /** Checks what the engine promises of the model that it has loaded. */
  default Optional<String> check(Determinism promised) {
    return Optional.empty();
  }

  record Signed(int atLeast, Set<VerificationKey> keys) implements LoadRule {
    @Override
    public LoadPolicy.Rule rule() {
      return LoadPolicy.Rule.SIGNATURES;
    }

    @Override
    public String expected() {
      return "signatures by at least " + atLeast + " of the keys " + hints(keys);
    }

    @Override
    public Optional<String> check(LoadCandidate candidate) {
      Set<VerificationKey> signers = keys.stream()
          .filter(candidate::isSignedBy)
          .collect(Collectors.toSet());
      return signers.size() >= atLeast
          ? Optional.empty()
          : Optional.of("signatures that hold by " + hints(signers));
    }

    private static Set<String> hints(Set<VerificationKey> keys) {
      return keys.stream()
          .map(key -> key.hint().substring(0, 16))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** @param environments empty for any */
  record Deployed(Set<EnvironmentName> environments) implements LoadRule {
    @Override
    public LoadPolicy.Rule rule() {
      return LoadPolicy.Rule.DEPLOYMENT;
    }

    @Override
    public String expected() {
      return environments.isEmpty() ? "deployed anywhere" : "deployed in one of " + environments;
    }

    @Override
    public Optional<String> check(LoadCandidate candidate) {
      Set<EnvironmentName> found = candidate.environments();
      boolean holds = environments.isEmpty()
          ? !found.isEmpty()
          : found.stream().anyMatch(environments::contains);
      return holds
          ? Optional.empty()
          : Optional.of(found.isEmpty() ? "deployed nowhere" : "deployed in " + found);
    }
  }

  record Deterministic(Determinism atLeast) implements LoadRule {
    @Override
    public LoadPolicy.Rule rule() {
      return LoadPolicy.Rule.DETERMINISM;
    }

    @Override
    public String expected() {
      return "determinism " + atLeast.word() + " or more";
    }

    @Override
    public Optional<String> check(Determinism promised) {
      int difference = Integer.compare(rank(promised), rank(atLeast));
      boolean holds = difference > 0 || difference == 0 && !isLooser(promised, atLeast);
      return holds ? Optional.empty() : Optional.of("determinism " + promised.word());
    }

    private static int rank(Determinism determinism) {
      return switch (determinism) {
        case Determinism.None() -> 0;
        case Determinism.Tolerance(double unused) -> 1;
        case Determinism.Probed() -> 2;
        case Determinism.BitExact() -> 3;
      };
    }

    private static boolean isLooser(Determinism promised, Determinism atLeast) {
      return promised instanceof Determinism.Tolerance(double found)
          && atLeast instanceof Determinism.Tolerance(double allowed) && found > allowed;
    }
  }

  record TrainedBy(Set<String> trainers) implements LoadRule {
    @Override
    public LoadPolicy.Rule rule() {
      return LoadPolicy.Rule.TRAINER;
    }

    @Override
    public String expected() {
      return "trained by one of " + trainers;
    }

    @Override
    public Optional<String> check(LoadCandidate candidate) {
      String found = candidate.statement().facts().trainer().name();
      return trainers.contains(found) ? Optional.empty() : Optional.of("trained by " + found);
    }
  }

  record RegisteredWithin(Duration age) implements LoadRule {
    @Override
    public LoadPolicy.Rule rule() {
      return LoadPolicy.Rule.AGE;
    }

    @Override
    public String expected() {
      return "registered within " + age;
    }

    @Override
    public Optional<String> check(LoadCandidate candidate) {
      Instant registered = candidate.version().registeredAt();
      Duration found = Duration.between(registered, candidate.now());
      return found.compareTo(age) <= 0
          ? Optional.empty()
          : Optional.of("registered on " + registered + ", " + found + " ago");
    }
  }

  /** A number between two limits, one of which may be infinite. */
  record Metric(String name, double least, double most) implements LoadRule {
    public Metric {
      Objects.requireNonNull(name, "metric");
      if (Double.isNaN(least) || Double.isNaN(most) || least == Double.POSITIVE_INFINITY
          || most == Double.NEGATIVE_INFINITY
          || Double.isInfinite(least) && Double.isInfinite(most)) {
        throw new IllegalArgumentException("the limit of the metric '" + name + "' is not finite");
      }
    }

    @Override
    public LoadPolicy.Rule rule() {
      return LoadPolicy.Rule.METRIC;
    }

    @Override
    public String expected() {
      return "metric '" + name + "' "
          + (Double.isInfinite(most) ? "at least " + least : "at most " + most);
    }

    @Override
    public Optional<String> check(LoadCandidate candidate) {
      Double found = candidate.statement().metrics().get(name);
      if (found == null) {
        return Optional.of("metrics " + candidate.statement().metrics().keySet());
      }
      return found >= least && found <= most ? Optional.empty() : Optional.of(name + " " + found);
    }
  }
}
