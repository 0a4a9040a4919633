package org.modelledger.chain.fabric.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.modelledger.chain.fabric.chaincode.Calls.Endorsed;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.chain.fabric.protocol.Batch.Submitted;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.AcceptOwnership;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.Command.RevokeRole;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.TransferOwnership;
import org.modelledger.registry.Command.UndeployModel;
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;

/**
 * Two authors' lanes, cut and sent in every way that a client after crashes, lost answers and conflicts
 * could send them, come to what the same commands come to one by one.
 */
class RandomBatchesTest {
  private static final List<String> AUTHORS = List.of("ann", "bob");
  private static final List<ModelName> MODELS = List.of(ModelName.of("a"), ModelName.of("a/b"));
  private static final List<EnvironmentName> ENVIRONMENTS = List.of(EnvironmentName.of("p"),
      EnvironmentName.of("s"));
  private static final int COMMANDS = 120;
  private static final int ROUNDS = 40;

  private int conflicts;
  private int skipped;

  /** What an author has sent, and what came of it. */
  private static final class Stream {
    final String author;
    final List<Submitted> submissions = new ArrayList<>();
    final List<Outcome> outcomes = new ArrayList<>();

    Stream(String author) {
      this.author = author;
    }
  }

  @Test
  void anyWayOfSendingComesToTheSame(TestReporter reporter) {
    Random random = Seeds.random(reporter);
    for (int round = 0; round < ROUNDS; round++) {
      sendInAnyWay(random);
    }
    assertThat(conflicts).isPositive();
    assertThat(skipped).isPositive();
  }

  private void sendInAnyWay(Random random) {
    Calls calls = new Calls();
    List<Stream> streams = AUTHORS.stream().map(Stream::new).toList();
    for (Stream stream : streams) {
      for (int i = 0; i < COMMANDS; i++) {
        stream.submissions.add(!stream.submissions.isEmpty() && random.nextInt(20) == 0
            ? pick(random, stream.submissions)
            : new Submitted(SubmissionId.random(), FabricCommands.write(command(random))));
      }
    }
    Calls oneByOne = new Calls();
    List<Outcome> expected = new ArrayList<>();
    List<Outcome> actual = new ArrayList<>();
    while (streams.stream().anyMatch(s -> s.outcomes.size() < COMMANDS)) {
      Stream stream = pick(random, streams);
      Endorsed endorsed = endorse(calls, stream, random);
      Endorsed second = endorse(calls, pick(random, streams), random);
      boolean tooEarly = !endorsed.answer().isOk();
      if (tooEarly) {
        assertThat(endorsed.answer().message()).startsWith("OutOfOrder: ");
        continue;
      }
      assertThat(endorsed.commit()).isTrue();
      skipped += endorsed.answer().event().isEmpty() ? 1 : 0;
      expected.addAll(carryOutOneByOne(oneByOne, stream, endorsed.outcomes().size()));
      actual.addAll(endorsed.outcomes());
      stream.outcomes.addAll(endorsed.outcomes());
      // what was endorsed on the state before may conflict with it now; if so, nothing happens
      if (second.answer().isOk() && !second.transaction().keysWritten().isEmpty()) {
        Set<String> changed = new HashSet<>(endorsed.transaction().keysChanged());
        changed.retainAll(second.transaction().keysRead());
        if (!changed.isEmpty()) {
          assertThat(second.commit()).isFalse();
          conflicts++;
        }
      }
    }

    assertThat(withoutPlaces(actual)).isEqualTo(withoutPlaces(expected));
    for (ModelName model : MODELS) {
      List<String> read = List.of("model", model.value());
      assertThat(calls.endorse("ann", read).payload())
          .isEqualTo(oneByOne.endorse("ann", read).payload());
    }
  }

  /** A window of the stream: from what was carried out, from before it, or from too far ahead. */
  private static Endorsed endorse(Calls calls, Stream stream, Random random) {
    int next = stream.outcomes.size();
    int first = Math.clamp(next + random.nextInt(-30, 4), 0, COMMANDS - 1);
    int end = Math.min(COMMANDS, first + 1 + random.nextInt(60));
    return calls.endorse(stream.author,
        new Batch(Calls.LANE, first, stream.submissions.subList(first, end)).call());
  }

  private static List<Outcome> carryOutOneByOne(Calls calls, Stream stream, int count) {
    List<Outcome> outcomes = new ArrayList<>();
    int next = stream.outcomes.size();
    for (int i = next; i < next + count; i++) {
      outcomes.addAll(calls.executes(stream.author, i, stream.submissions.get(i)).outcomes());
    }
    return outcomes;
  }

  /** Outcomes as they compare between two ledgers with other transactions. */
  private static List<Object> withoutPlaces(List<Outcome> outcomes) {
    return outcomes.stream()
        .map(outcome -> outcome instanceof Outcome.Repeated r
            ? List.of(r.id(), r.call(), r.same())
            : outcome)
        .toList();
  }

  private static Command<?> command(Random random) {
    ModelName model = pick(random, MODELS);
    return switch (random.nextInt(16)) {
      case 0 -> new CreateModel(model);
      case 1, 2, 3 -> new RegisterVersion(model, Calls.digest("a" + random.nextInt(6)),
          Calls.digest("s" + random.nextInt(3)));
      case 4, 5, 6 -> new DeployVersion(model.version(1 + random.nextInt(5)),
          pick(random, ENVIRONMENTS));
      case 7 -> new UndeployModel(model, pick(random, ENVIRONMENTS));
      case 8 -> new RevokeVersion(model.version(1 + random.nextInt(5)), Calls.digest("why"));
      case 9, 10 -> new GrantRole(model, Calls.account(pick(random, AUTHORS)),
          pick(random, List.of(Role.values())));
      case 11 -> new RevokeRole(model, Calls.account(pick(random, AUTHORS)),
          pick(random, List.of(Role.values())));
      case 12 -> new TransferOwnership(model, Calls.account(pick(random, AUTHORS)));
      case 13, 14 -> new AcceptOwnership(model);
      default -> new AnchorLog(LogOrigin.of("log"), 1 + random.nextInt(30), Calls.digest("root"));
    };
  }

  private static <T> T pick(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
