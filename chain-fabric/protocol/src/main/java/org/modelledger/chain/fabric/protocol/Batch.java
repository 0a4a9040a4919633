package org.modelledger.chain.fabric.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.modelledger.registry.Command;
import org.modelledger.registry.SubmissionId;

/**
 * Consecutive submissions of one lane, for one transaction. Those that the ledger has carried out are
 * skipped; a batch that begins after the next one is refused as a whole. So any batch may be sent again
 * at any time.
 *
 * @param lane whose submissions they are
 * @param first the number of the first one in its lane, from 0
 * @param submissions 1 to 1,024 of them
 */
public record Batch(Lane lane, long first, List<Submitted> submissions) {
  /** The greatest number of submissions in a batch. */
  public static final int MAX_SUBMISSIONS = 1_024;

  private static final Set<String> FIELDS = Set.of("id", "command");

  /**
   * A command under its id.
   *
   * @param id names it for ever among those of its author
   * @param command the verb and its arguments; not checked, since a command that is none is refused
   *     by itself and not with its batch
   */
  public record Submitted(SubmissionId id, List<String> command) {
    public Submitted {
      Objects.requireNonNull(id, "id");
      command = List.copyOf(command);
    }

    /** Returns the submission of a command. */
    public static Submitted of(SubmissionId id, Command<?> command) {
      return new Submitted(id, FabricCommands.write(command));
    }
  }

  /** @throws MalformedInputException if a number is out of range */
  public Batch {
    Objects.requireNonNull(lane, "lane");
    submissions = List.copyOf(submissions);
    if (submissions.isEmpty() || submissions.size() > MAX_SUBMISSIONS) {
      throw new MalformedInputException("the batch has " + submissions.size()
          + " submissions; expected 1 to " + MAX_SUBMISSIONS);
    }
    if (first < 0 || first > Long.MAX_VALUE - MAX_SUBMISSIONS) {
      throw new MalformedInputException("the batch begins at " + first + "; expected 0 to "
          + (Long.MAX_VALUE - MAX_SUBMISSIONS));
    }
  }

  /** Returns the call that carries it out: {@code execute} and its arguments. */
  public List<String> call() {
    ArrayNode array = Json.array();
    for (Submitted submission : submissions) {
      array.addObject()
          .put("id", submission.id().toString())
          .set("command", Json.texts(submission.command()));
    }
    return ChaincodeFunction.EXECUTE.call(lane.hex(), Long.toString(first),
        new String(Json.bytes(array), UTF_8));
  }

  /**
   * Reads what {@link #call} writes.
   *
   * @throws MalformedInputException if it is no batch; says what is wrong, and of which submission
   */
  public static Batch read(List<String> call) {
    List<String> in = ChaincodeFunction.EXECUTE.arguments(call);
    Lane lane = new Lane(in.get(0));
    long first = Texts.number("number of the first submission", in.get(1), 0,
        Long.MAX_VALUE - MAX_SUBMISSIONS);
    JsonNode array = Json.array(Json.parse(in.get(2), "the array of submissions"),
        "the array of submissions");
    List<Submitted> submissions = new ArrayList<>();
    for (JsonNode node : array) {
      submissions.add(read(node, "submission " + (first + submissions.size())));
    }
    return new Batch(lane, first, submissions);
  }

  private static Submitted read(JsonNode node, String what) {
    String id = Json.text(node, "id", what);
    node.fieldNames().forEachRemaining(field -> {
      if (!FIELDS.contains(field)) {
        throw new MalformedInputException(what + " has the field '" + Texts.shortened(field)
            + "'; expected id and command only");
      }
    });
    return new Submitted(FabricCommands.submissionId(id),
        Json.texts(Json.field(node, "command", what),
            "the command of " + what));
  }
}
