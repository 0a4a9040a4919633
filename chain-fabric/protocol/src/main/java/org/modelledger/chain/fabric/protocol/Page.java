package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Some of what a range holds.
 *
 * @param <T> what it holds: {@link Ownership}, {@link VersionState} or {@link AnchorState}
 * @param items in ascending order of their keys
 * @param bookmark what to ask with for the next page; empty after the last one
 */
public record Page<T>(List<T> items, String bookmark) {
  /** The greatest number of items in a page. */
  public static final int MAX_SIZE = 1_000;

  public Page {
    items = List.copyOf(items);
    Objects.requireNonNull(bookmark, "bookmark");
  }

  /**
   * Reads the size of a page.
   *
   * @throws MalformedInputException if it is not a number from 1 to 1,000
   */
  public static int size(String text) {
    return (int) Texts.number("page size", text, 1, MAX_SIZE);
  }

  /** Returns a page of what is JSON already. */
  public static byte[] toJson(List<byte[]> items, String bookmark) {
    ObjectNode node = Json.object();
    ArrayNode array = node.putArray("items");
    items.forEach(item -> array.add(Json.parse(item, "an item")));
    return Json.bytes(node.put("bookmark", bookmark));
  }

  /** Reads a page of models. */
  public static Page<Ownership> ofModels(byte[] json) {
    return read(json, Ownership::read);
  }

  /** Reads a page of versions. */
  public static Page<VersionState> ofVersions(byte[] json) {
    return read(json, VersionState::read);
  }

  /** Reads a page of anchors. */
  public static Page<AnchorState> ofAnchors(byte[] json) {
    return read(json, AnchorState::read);
  }

  private static <T> Page<T> read(byte[] json, Function<JsonNode, T> item) {
    return Json.read(json, "a page", node -> {
      List<T> items = new ArrayList<>();
      Json.array(Json.field(node, "items", "a page"), "the items of a page")
          .forEach(element -> items.add(item.apply(element)));
      return new Page<>(items, Json.text(node, "bookmark", "a page"));
    });
  }
}
