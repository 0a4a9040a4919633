package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.model.AccountId;

/**
 * What became of the commands of one transaction: the payload of its chaincode event {@link
 * #EVENT_NAME}. A transaction that carried out nothing has none.
 *
 * @param author whose transaction it is
 * @param claimedTime what the transaction says its time is. The time of an event is the latest claim
 *     of all transactions with outcomes from the first of the channel up to its own, so that times
 *     never run backwards and are the same for every reader
 * @param place where in its lane the first outcome is; empty for a verb that was called by itself
 * @param outcomes one for each command that was carried out, in order
 */
public record Outcomes(AccountId author, Instant claimedTime, Optional<Place> place,
    List<Outcome> outcomes) {
  /** The name of the chaincode event. */
  public static final String EVENT_NAME = "outcomes";

  /** The format that is written. */
  public static final int FORMAT = 1;

  private static final String WHAT = "the payload of the event " + EVENT_NAME;

  /**
   * A place in a lane.
   *
   * @param lane the lane
   * @param from the number of the first outcome's submission
   */
  public record Place(Lane lane, long from) {
    public Place {
      Objects.requireNonNull(lane, "lane");
      if (from < 0) {
        throw new MalformedInputException("submissions of a lane count from 0, not " + from);
      }
    }
  }

  public Outcomes {
    Objects.requireNonNull(author, "author");
    Objects.requireNonNull(claimedTime, "claimedTime");
    Objects.requireNonNull(place, "place");
    outcomes = List.copyOf(outcomes);
  }

  /** Returns the payload. */
  public byte[] toJson() {
    ObjectNode node = Json.object()
        .put("format", FORMAT)
        .put("author", author.value())
        .put("time", claimedTime.toString());
    place.ifPresent(p -> node.put("lane", p.lane().hex()).put("from", p.from()));
    ArrayNode array = node.putArray("outcomes");
    outcomes.forEach(outcome -> array.add(OutcomeCodec.json(outcome)));
    return Json.bytes(node);
  }

  /**
   * Reads a payload.
   *
   * @throws MalformedInputException if it is none, or of a format that is newer than this one
   */
  public static Outcomes parse(byte[] json) {
    return Json.read(json, WHAT, Outcomes::read);
  }

  private static Outcomes read(JsonNode node) {
    long format = Json.number(node, "format", WHAT, 1);
    if (format > FORMAT) {
      throw new MalformedInputException(WHAT + " has the format " + format + "; this client reads "
          + FORMAT + " at most: a newer one is needed");
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (JsonNode outcome : Json.array(Json.field(node, "outcomes", WHAT), "the outcomes")) {
      outcomes.add(OutcomeCodec.read(outcome, "outcome " + outcomes.size()));
    }
    Optional<Place> place = node.has("lane")
        ? Optional.of(new Place(new Lane(Json.text(node, "lane", WHAT)),
            Json.number(node, "from", WHAT, 0)))
        : Optional.empty();
    return new Outcomes(AccountId.of(Json.text(node, "author", WHAT)),
        time(Json.text(node, "time", WHAT)), place, outcomes);
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new MalformedInputException("the time of " + WHAT + " is '" + Texts.shortened(text)
          + "'; expected one such as 2026-11-26T21:00:00.5Z", e);
    }
  }
}
