package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.modelledger.model.InvalidNameException;

/**
 * JSON as the protocol has it: fields in the order in which they are written, no white space. Reading
 * takes fields that it does not know, so that later formats can add some.
 */
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  static ArrayNode texts(List<String> texts) {
    ArrayNode array = array();
    texts.forEach(array::add);
    return array;
  }

  static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads bytes by a reader, whose complaints about names come out as complaints about the bytes.
   *
   * @param what what is read, for the message
   */
  static <T> T read(byte[] bytes, String what, Function<JsonNode, T> reader) {
    try {
      return reader.apply(parse(bytes, what));
    } catch (InvalidNameException e) {
      throw new MalformedInputException(what + ": " + e.getMessage(), e);
    }
  }

  /** @param what what is read, for the message */
  static JsonNode parse(byte[] bytes, String what) {
    try {
      return present(MAPPER.readTree(bytes), what);
    } catch (IOException e) {
      throw malformed(what, e);
    }
  }

  /** @param what what is read, for the message */
  static JsonNode parse(String text, String what) {
    try {
      return present(MAPPER.readTree(text), what);
    } catch (JsonProcessingException e) {
      throw malformed(what, e);
    }
  }

  private static JsonNode present(JsonNode node, String what) {
    if (node.isMissingNode()) {
      throw new MalformedInputException(what + " is empty; expected JSON");
    }
    return node;
  }

  private static MalformedInputException malformed(String what, IOException e) {
    String problem = e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : "bytes that cannot be read";
    return new MalformedInputException(
        what + " is not JSON: " + Texts.shortened(String.valueOf(problem)), e);
  }

  static JsonNode object(JsonNode node, String what) {
    if (!node.isObject()) {
      throw wrong(what, node, "an object");
    }
    return node;
  }

  static JsonNode array(JsonNode node, String what) {
    if (!node.isArray()) {
      throw wrong(what, node, "an array");
    }
    return node;
  }

  static String text(JsonNode node, String what) {
    if (!node.isTextual()) {
      throw wrong(what, node, "a text");
    }
    return node.textValue();
  }

  static List<String> texts(JsonNode node, String what) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array(node, what)) {
      texts.add(text(element, "an element of " + what));
    }
    return List.copyOf(texts);
  }

  /** A field's text. */
  static String text(JsonNode object, String field, String what) {
    return text(field(object, field, what), name(field, what));
  }

  static Optional<String> optionalText(JsonNode object, String field, String what) {
    return object.has(field) ? Optional.of(text(object, field, what)) : Optional.empty();
  }

  /** A field's number. */
  static long number(JsonNode object, String field, String what, long min) {
    JsonNode node = field(object, field, what);
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < min) {
      throw wrong(name(field, what), node, "a whole number from " + min);
    }
    return node.longValue();
  }

  static boolean isTrue(JsonNode object, String field, String what) {
    JsonNode node = field(object, field, what);
    if (!node.isBoolean()) {
      throw wrong(name(field, what), node, "true or false");
    }
    return node.booleanValue();
  }

  static JsonNode field(JsonNode object, String field, String what) {
    JsonNode node = object(object, what).get(field);
    if (node == null) {
      throw new MalformedInputException(what + " has no field '" + field + "'");
    }
    return node;
  }

  private static String name(String field, String what) {
    return "the field '" + field + "' of " + what;
  }

  private static MalformedInputException wrong(String what, JsonNode node, String expected) {
    return new MalformedInputException(what + " is " + Texts.shortened(node.toString())
        + "; expected " + expected);
  }
}
