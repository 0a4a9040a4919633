package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.chain.fabric.protocol.Batch.Submitted;
import org.modelledger.chain.fabric.protocol.ChaincodeFunction;
import org.modelledger.chain.fabric.protocol.Description;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.chain.fabric.protocol.Lane;
import org.modelledger.chain.fabric.protocol.MalformedInputException;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.fabric.protocol.Outcomes;
import org.modelledger.chain.fabric.protocol.Refusal;
import org.modelledger.chain.fabric.protocol.Refusal.Reason;
import org.modelledger.chain.fabric.protocol.Refusal.Thing;
import org.modelledger.chain.fabric.protocol.SubmissionState;
import org.modelledger.chain.fabric.protocol.TransactionRef;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;

/**
 * The chaincode's functions. Knows neither Fabric nor a clock: the same call on the same state writes
 * the same and answers the same, on every peer. Has no state of its own; safe for many threads.
 */
final class RegistryContract {
  private static final byte[] NOTHING = "null".getBytes(UTF_8);

  private final String release;

  /** @param release the version of this software, for those who ask */
  RegistryContract(String release) {
    this.release = release;
  }

  /** Carries out one call. */
  Answer invoke(State state, Invocation invocation) {
    List<String> call = invocation.call();
    try {
      if (call.isEmpty()) {
        throw new MalformedInputException(
            "a call without a function; expected its name and its arguments");
      }
      ChaincodeFunction function = ChaincodeFunction.named(call.get(0));
      if (function.isVerb()) {
        return verb(state, invocation);
      }
      return function.changesState()
          ? execute(state, invocation, Batch.read(call))
          : read(state, invocation, function, function.arguments(call));
    } catch (MalformedInputException | InvalidNameException e) {
      return Answer.refused(Reason.MALFORMED + ": " + e.getMessage());
    }
  }

  /** One command by itself: if it is refused, so is the transaction. */
  private static Answer verb(State state, Invocation invocation) {
    Command<?> command = FabricCommands.read(invocation.call());
    Caller caller = invocation.caller().get();
    Workspace workspace = new Workspace(state);
    Outcome outcome;
    try {
      outcome = new RegistryRules(workspace, caller).carryOut(Optional.empty(), command,
          new TransactionRef(invocation.transactionId(), 0));
    } catch (RefusedException e) {
      return Answer.refused(e.refusal().reason() + ": " + e.refusal().message());
    }
    workspace.flush();
    return Answer.of(outcome.toJson())
        .withEvent(new Outcomes(caller.account(), invocation.claimedTime(), Optional.empty(),
            List.of(outcome)).toJson());
  }

  /** Many commands: each is accepted or refused by itself. */
  private static Answer execute(State state, Invocation invocation, Batch batch) {
    Caller caller = invocation.caller().get();
    AccountId author = caller.account();
    Workspace workspace = new Workspace(state);
    String laneKey = Keys.lane(author, batch.lane());
    long next = workspace.get(laneKey).map(Stored::number).orElse(0L);
    if (batch.first() > next) {
      return Answer.refused("OutOfOrder: lane " + batch.lane() + " of " + author + " goes on at "
          + next + "; the batch begins at " + batch.first());
    }
    int size = batch.submissions().size();
    long end = batch.first() + size;
    if (end <= next) {
      return Answer.of(nextJson(next));
    }
    workspace.put(laneKey, Stored.number(end));
    List<Outcome> outcomes = new ArrayList<>();
    RegistryRules rules = new RegistryRules(workspace, caller);
    for (Submitted submission : batch.submissions()
        .subList((int) (next - batch.first()), size)) {
      outcomes.add(carryOut(workspace, rules, author, submission,
          new TransactionRef(invocation.transactionId(), outcomes.size())));
    }
    workspace.flush();
    return Answer.of(nextJson(end))
        .withEvent(new Outcomes(author, invocation.claimedTime(),
            Optional.of(new Outcomes.Place(batch.lane(), next)), outcomes).toJson());
  }

  private static Outcome carryOut(Workspace workspace, RegistryRules rules, AccountId author,
      Submitted submission, TransactionRef at) {
    String key = Keys.submission(author, submission.id());
    Digest digest = FabricCommands.digest(submission.command());
    Optional<SubmissionState> before = workspace.get(key)
        .map(value -> Stored.read(value, SubmissionState::parse));
    if (before.isPresent()) {
      return new Outcome.Repeated(submission.id(), submission.command(), before.get().recorded(),
          before.get().command().equals(digest));
    }
    workspace.put(key, new SubmissionState(at, digest).toJson());
    Command<?> command;
    try {
      command = FabricCommands.read(submission.command());
    } catch (MalformedInputException e) {
      return refused(submission,
          Refusal.of(Reason.MALFORMED, Thing.COMMAND, String.valueOf(e.getMessage())));
    }
    try {
      return rules.carryOut(Optional.of(submission.id()), command, at);
    } catch (RefusedException e) {
      return refused(submission, e.refusal());
    }
  }

  private static Outcome refused(Submitted submission, Refusal refusal) {
    return new Outcome.Refused(Optional.of(submission.id()), submission.command(), refusal);
  }

  private static String nextJson(long next) {
    return "{\"next\":" + next + "}";
  }

  private Answer read(State state, Invocation invocation, ChaincodeFunction function,
      List<String> in) {
    RegistryReads reads = new RegistryReads(state);
    return switch (function) {
      case DESCRIBE -> Answer.of(
          new Description(Description.NAME, Description.PROTOCOL, release).toJson());
      case ACCOUNT -> Answer.of(invocation.caller().get().account().value());
      case OWNER -> Answer.of(reads.owner(ModelName.of(in.get(0))));
      case MODEL_VERSION -> Answer.of(
          Long.toString(reads.number(Keys.latest(ModelName.of(in.get(0))))));
      case MODEL -> orNothing(reads.model(ModelName.of(in.get(0))));
      case VERSION -> orNothing(reads.value(Keys.version(
          ModelName.of(in.get(0)).version(FabricCommands.versionNumber(in.get(1))))));
      case DEPLOYED -> orNothing(
          reads.deployed(ModelName.of(in.get(0)), EnvironmentName.of(in.get(1))));
      case ANCHOR -> orNothing(
          reads.value(Keys.anchor(LogOrigin.of(in.get(0)), AccountId.of(in.get(1)))));
      case SUBMISSION -> orNothing(reads.value(
          Keys.submission(AccountId.of(in.get(0)), FabricCommands.submissionId(in.get(1)))));
      case NEXT_IN_LANE -> Answer.of(Long.toString(
          reads.number(Keys.lane(AccountId.of(in.get(0)), new Lane(in.get(1))))));
      case MODELS -> Answer.of(reads.page(Keys.models(), in.get(0), in.get(1)));
      case VERSIONS -> Answer.of(
          reads.page(Keys.versions(ModelName.of(in.get(0))), in.get(1), in.get(2)));
      case ANCHORS -> Answer.of(
          reads.page(Keys.anchors(LogOrigin.of(in.get(0))), in.get(1), in.get(2)));
      default -> throw new IllegalStateException(function + " is no read");
    };
  }

  private static Answer orNothing(Optional<byte[]> value) {
    return Answer.of(value.orElse(NOTHING));
  }
}
