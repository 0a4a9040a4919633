package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.LogOrigin;

/**
 * The newest state of a log that an author recorded, as the chaincode keeps it.
 *
 * @param origin the log
 * @param author who recorded it
 * @param treeSize the number of entries, from 1
 * @param rootHash the RFC 6962 root over them
 * @param recorded where that is recorded
 */
public record AnchorState(LogOrigin origin, AccountId author, long treeSize, Digest rootHash,
    TransactionRef recorded) {
  public AnchorState {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(author, "author");
    Objects.requireNonNull(rootHash, "rootHash");
    Objects.requireNonNull(recorded, "recorded");
  }

  /** Returns this state as JSON. */
  public byte[] toJson() {
    return Json.bytes(json());
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @throws MalformedInputException if it is none
   */
  public static AnchorState parse(byte[] json) {
    return Json.read(json, "an anchor's state", AnchorState::read);
  }

  ObjectNode json() {
    ObjectNode node = Json.object()
        .put("origin", origin.value())
        .put("author", author.value())
        .put("treeSize", treeSize)
        .put("rootHash", rootHash.hex());
    node.set("recorded", recorded.json());
    return node;
  }

  static AnchorState read(JsonNode node) {
    String what = "an anchor's state";
    return new AnchorState(LogOrigin.of(Json.text(node, "origin", what)),
        AccountId.of(Json.text(node, "author", what)), Json.number(node, "treeSize", what, 1),
        FabricCommands.digest("the root hash", Json.text(node, "rootHash", what)),
        TransactionRef.read(Json.field(node, "recorded", what), what));
  }
}
