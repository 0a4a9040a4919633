package org.modelledger.chain.fabric.protocol;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.TestReporter;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;

/** Values of the protocol, from a seed: {@code -Dmodelledger.seed=…}. */
final class RandomValues {
  private final Random random;

  RandomValues(TestReporter reporter) {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    reporter.publishEntry("modelledger.seed", Long.toString(seed));
    this.random = new Random(seed);
  }

  Command<?> command() {
    return switch (random.nextInt(10)) {
      case 0 -> new Command.CreateModel(model());
      case 1 -> new Command.RegisterVersion(model(), digest(), digest());
      case 2 -> new Command.DeployVersion(model().version(number()),
          EnvironmentName.of("e" + random.nextInt(9)));
      case 3 -> new Command.UndeployModel(model(), EnvironmentName.of("e" + random.nextInt(9)));
      case 4 -> new Command.RevokeVersion(model().version(number()), digest());
      case 5 -> new Command.GrantRole(model(), account(), role());
      case 6 -> new Command.RevokeRole(model(), account(), role());
      case 7 -> new Command.TransferOwnership(model(), account());
      case 8 -> new Command.AcceptOwnership(model());
      default -> new Command.AnchorLog(LogOrigin.of("acme.example/\"log\"-" + random.nextInt(9)),
          number(), digest());
    };
  }

  Outcome outcome() {
    Command<?> command = command();
    List<String> call = FabricCommands.write(command);
    return switch (random.nextInt(3)) {
      case 0 -> new Outcome.Accepted(optional(id()), command,
          command instanceof Command.RegisterVersion ? number() : 0,
          command instanceof Command.AcceptOwnership
              ? Optional.of(account())
              : Optional.empty());
      case 1 -> new Outcome.Refused(optional(id()), call, refusal());
      default -> new Outcome.Repeated(id(), call, ref(), random.nextBoolean());
    };
  }

  Outcomes outcomes() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      outcomes.add(outcome());
    }
    return new Outcomes(account(), Instant.ofEpochSecond(random.nextInt(), random.nextInt(1 << 29)),
        optional(new Outcomes.Place(lane(), random.nextLong() >>> 1)), outcomes);
  }

  Refusal refusal() {
    return new Refusal(pick(List.of(Refusal.Reason.values())),
        pick(List.of(Refusal.Thing.values())), random.nextInt(2) * number(), optional(role()),
        optional(digest()), random.nextInt(2) * number(), "why, in \"words\" – ünïcode");
  }

  Batch batch() {
    List<Batch.Submitted> submissions = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      submissions.add(Batch.Submitted.of(id(), command()));
    }
    return new Batch(lane(), random.nextLong() >>> 2, submissions);
  }

  VersionState version() {
    return new VersionState(model().version(number()), digest(), digest(), account(), ref(),
        optional(digest()));
  }

  AnchorState anchor() {
    return new AnchorState(LogOrigin.of("log"), account(), number(), digest(), ref());
  }

  TransactionRef ref() {
    return new TransactionRef(digest().hex(), random.nextInt(1 << 16));
  }

  AccountId account() {
    return AccountId.of("Org" + random.nextInt(9) + "MSP:CN=a%20b%3A%C3%BC\\,x:CN=ca");
  }

  ModelName model() {
    return ModelName.of("m" + random.nextInt(9) + "/x.y-z_" + random.nextInt(9));
  }

  SubmissionId id() {
    return new SubmissionId(new UUID(random.nextLong(), random.nextLong()));
  }

  Lane lane() {
    return new Lane(digest().hex());
  }

  Digest digest() {
    byte[] bytes = new byte[Digest.BYTES];
    random.nextBytes(bytes);
    return Digest.of(bytes);
  }

  Role role() {
    return pick(List.of(Role.values()));
  }

  long number() {
    return 1 + (random.nextLong() >>> 1 + random.nextInt(62));
  }

  byte[] mutated(byte[] bytes) {
    byte[] copy = bytes.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
    }
    return copy;
  }

  private <T> Optional<T> optional(T value) {
    return random.nextBoolean() ? Optional.of(value) : Optional.empty();
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
