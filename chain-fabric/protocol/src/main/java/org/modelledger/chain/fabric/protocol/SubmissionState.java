package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import org.modelledger.model.Digest;

/**
 * A submission that was carried out or refused.
 *
 * @param recorded where its outcome is
 * @param command the digest of its command, {@link FabricCommands#digest}
 */
public record SubmissionState(TransactionRef recorded, Digest command) {
  public SubmissionState {
    Objects.requireNonNull(recorded, "recorded");
    Objects.requireNonNull(command, "command");
  }

  /** Returns this state as JSON. */
  public byte[] toJson() {
    ObjectNode node = Json.object();
    node.set("recorded", recorded.json());
    return Json.bytes(node.put("command", command.hex()));
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @throws MalformedInputException if it is none
   */
  public static SubmissionState parse(byte[] json) {
    String what = "a submission's state";
    JsonNode node = Json.parse(json, what);
    return new SubmissionState(TransactionRef.read(Json.field(node, "recorded", what), what),
        FabricCommands.digest("the command's digest", Json.text(node, "command", what)));
  }
}
