package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;

/**
 * What a chaincode says of itself, so that a client can tell whether it speaks with the right one.
 *
 * @param name {@link #NAME}
 * @param protocol the newest {@link #PROTOCOL} that it speaks; it speaks the older ones, too
 * @param version the release that it is of
 */
public record Description(String name, int protocol, String version) {
  /** The name of every chaincode of this kind. */
  public static final String NAME = "modelledger-registry";

  /** The protocol of this release. A new function, or a new field of an answer, makes it greater. */
  public static final int PROTOCOL = 1;

  public Description {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
  }

  /** Returns this description as JSON. */
  public byte[] toJson() {
    return Json.bytes(Json.object()
        .put("name", name)
        .put("protocol", protocol)
        .put("version", version));
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @throws MalformedInputException if it is none
   */
  public static Description parse(byte[] json) {
    String what = "the chaincode's description";
    JsonNode node = Json.parse(json, what);
    return new Description(Json.text(node, "name", what),
        (int) Math.min(Integer.MAX_VALUE, Json.number(node, "protocol", what, 1)),
        Json.text(node, "version", what));
  }
}
