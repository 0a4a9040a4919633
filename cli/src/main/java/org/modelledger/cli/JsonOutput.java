package org.modelledger.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** Writes what {@code --json} asks for: one object on one line. */
final class JsonOutput {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonOutput() {}

  /** Takes maps, lists, texts, numbers and booleans; the members keep their order. */
  static String line(Map<String, ?> members) {
    try {
      return MAPPER.writeValueAsString(members);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a tree of JSON: " + e.getOriginalMessage(), e);
    }
  }
}
