package org.modelledger.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.modelledger.model.ModelFormatException;

/**
 * Reads JSON objects strictly (RFC 8259 in UTF-8, no duplicate member, nothing behind the object,
 * bounded in size and depth) and writes them compactly with members in the order of their map, so
 * that equal content gives equal bytes.
 */
public final class Json {
  private static final int MAX_DEPTH = 32;
  private static final ObjectMapper MAPPER = JsonMapper
      .builder(JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder()
              .maxNestingDepth(MAX_DEPTH)
              .maxStringLength(Integer.MAX_VALUE)
              .maxNumberLength(100)
              .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private Json() {}

  /**
   * Reads one object.
   *
   * @param what names the document in messages
   * @param maxBytes the greatest length that is read at all
   * @throws ModelFormatException if the bytes are not one JSON object; says where not
   */
  public static JsonObject read(String what, byte[] bytes, int maxBytes) {
    if (bytes.length > maxBytes) {
      throw new ModelFormatException(
          what + " has " + bytes.length + " bytes; more than " + maxBytes + " are not read");
    }
    try {
      // decoded here, because a parser of bytes would accept UTF-16 and UTF-32 as well
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      Object value = MAPPER.readValue(text, Object.class);
      if (value instanceof Map<?, ?> members) {
        return new JsonObject(what, members);
      }
      throw new ModelFormatException(what + " is not a JSON object");
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(what + " is not UTF-8 text", e);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(what + " is not strict JSON: " + e.getOriginalMessage()
          + (e.getLocation() == null
              ? ""
              : " (line " + e.getLocation().getLineNr() + ", column "
                  + e.getLocation().getColumnNr() + ")"),
          e);
    }
  }

  /** Writes maps, lists, strings, numbers and booleans, in their order and without white space. */
  public static byte[] write(Map<String, ?> members) {
    try {
      return MAPPER.writeValueAsBytes(members);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a JSON tree: " + e.getOriginalMessage(), e);
    }
  }
}
