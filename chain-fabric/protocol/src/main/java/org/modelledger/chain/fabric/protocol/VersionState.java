package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;

/**
 * A version as the chaincode keeps it.
 *
 * @param id model and number
 * @param artifact the OMS root digest of its files
 * @param statement the digest of its signed lineage statement
 * @param author who registered it
 * @param registered where that is recorded
 * @param revocation the digest of the reason if it was revoked
 */
public record VersionState(ModelVersionId id, Digest artifact, Digest statement, AccountId author,
    TransactionRef registered, Optional<Digest> revocation) {
  public VersionState {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(artifact, "artifact");
    Objects.requireNonNull(statement, "statement");
    Objects.requireNonNull(author, "author");
    Objects.requireNonNull(registered, "registered");
    Objects.requireNonNull(revocation, "revocation");
  }

  /** Returns this version, revoked. */
  public VersionState revokedFor(Digest reason) {
    return new VersionState(id, artifact, statement, author, registered, Optional.of(reason));
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
  public static VersionState parse(byte[] json) {
    return Json.read(json, "a version's state", VersionState::read);
  }

  ObjectNode json() {
    ObjectNode node = Json.object()
        .put("model", id.model().value())
        .put("version", id.number())
        .put("artifact", artifact.hex())
        .put("statement", statement.hex())
        .put("author", author.value());
    node.set("registered", registered.json());
    revocation.ifPresent(reason -> node.put("revocation", reason.hex()));
    return node;
  }

  static VersionState read(JsonNode node) {
    String what = "a version's state";
    ModelName model = ModelName.of(Json.text(node, "model", what));
    return new VersionState(model.version(Json.number(node, "version", what, 1)),
        FabricCommands.digest("the artifact", Json.text(node, "artifact", what)),
        FabricCommands.digest("the statement", Json.text(node, "statement", what)),
        AccountId.of(Json.text(node, "author", what)),
        TransactionRef.read(Json.field(node, "registered", what), what),
        Json.optionalText(node, "revocation", what)
            .map(text -> FabricCommands.digest("the revocation", text)));
  }
}
