package org.modelledger.chain.ethereum;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON-RPC 2.0 as bytes. */
final class RpcJson {
  /** A transaction's data and a contract's code come as one string. */
  private static final int MAX_STRING = 64 << 20;

  static final JsonFactory FACTORY = JsonFactory.builder()
      .streamReadConstraints(
          StreamReadConstraints.builder().maxStringLength(MAX_STRING).build())
      .build();

  private static final int BYTES_A_CALL = 64;
  private static final int NO_ID = -1;

  private RpcJson() {}

  /** An answer as it came: of one call, or of the request as a whole if the id is -1. */
  record Raw<T>(int id, Optional<T> result, @Nullable RpcError error) {}

  /** Writes one call as an object, several as an array; a call's id is its index. */
  static byte[] request(List<? extends RpcCall<?>> calls) {
    int size = calls.stream().mapToInt(call -> BYTES_A_CALL + call.size()).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream(size);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      if (calls.size() != 1) {
        json.writeStartArray();
      }
      for (int id = 0; id < calls.size(); id++) {
        write(json, calls.get(id), id);
      }
      if (calls.size() != 1) {
        json.writeEndArray();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e); // memory does not fail
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, RpcCall<?> call, int id) throws IOException {
    json.writeStartObject();
    json.writeStringField("jsonrpc", "2.0");
    json.writeNumberField("id", id);
    json.writeStringField("method", call.method());
    json.writeFieldName("params");
    value(json, call.params());
    json.writeEndObject();
  }

  private static void value(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case byte[] bytes -> hex(json, bytes);
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          value(json, element);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName(String.valueOf(entry.getKey()));
          value(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException(
          "a parameter is text, bytes, a list or a map, not " + value.getClass());
    }
  }

  /** Digits need no escapes; to look for some in each transaction takes time. */
  private static void hex(JsonGenerator json, byte[] bytes) throws IOException {
    byte[] digits = NodeCalls.hex(bytes).getBytes(StandardCharsets.ISO_8859_1);
    json.writeRawUTF8String(digits, 0, digits.length);
  }

  /**
   * Reads an answer.
   *
   * @throws IOException if it is no answer of JSON-RPC to these calls
   */
  static <T> List<Raw<T>> answers(byte[] body, List<? extends RpcCall<? extends T>> calls)
      throws IOException {
    List<Raw<T>> answers = new ArrayList<>(calls.size());
    try (JsonParser json = FACTORY.createParser(body)) {
      JsonToken first = json.nextToken();
      if (first == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          answers.add(answer(json, calls));
        }
      } else {
        answers.add(answer(json, calls));
      }
    }
    return answers;
  }

  private static <T> Raw<T> answer(JsonParser json, List<? extends RpcCall<? extends T>> calls)
      throws IOException {
    require(json, JsonToken.START_OBJECT);
    int id = NO_ID;
    Optional<T> result = Optional.empty();
    TokenBuffer early = null; // a result that comes before its id
    RpcError error = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "id" -> id = id(json, calls.size());
        case "result" -> {
          if (id != NO_ID) {
            result = Optional.of(calls.get(id).reader().read(json));
          } else {
            early = new TokenBuffer(json);
            early.copyCurrentStructure(json);
          }
        }
        case "error" -> error = json.currentToken() == JsonToken.VALUE_NULL ? null : error(json);
        default -> json.skipChildren();
      }
    }
    if (early != null && id != NO_ID && error == null) {
      try (JsonParser again = early.asParserOnFirstToken()) {
        result = Optional.of(calls.get(id).reader().read(again));
      }
    }
    return new Raw<>(id, error == null ? result : Optional.empty(), error);
  }

  private static int id(JsonParser json, int calls) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return NO_ID;
    }
    int id = json.currentToken() == JsonToken.VALUE_STRING
        ? number(json.getText())
        : json.getIntValue();
    if (id < 0 || id >= calls) {
      throw new IOException("an answer has id " + id + ", and there were " + calls + " calls");
    }
    return id;
  }

  private static int number(String text) throws IOException {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IOException("an answer's id is no number", e);
    }
  }

  private static RpcError error(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return new RpcError(0, json.getText(), Optional.empty());
    }
    require(json, JsonToken.START_OBJECT);
    int code = 0;
    String message = "";
    String data = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken token = json.nextToken();
      switch (field) {
        case "code" -> code = token == JsonToken.VALUE_NUMBER_INT ? json.getIntValue() : 0;
        case "message" -> message = token.isScalarValue() ? json.getText() : "";
        case "data" -> data = data(json);
        default -> json.skipChildren();
      }
    }
    return new RpcError(code, message, Optional.ofNullable(data));
  }

  /** A string, or an object with one in it, as some nodes wrap it. */
  private static @Nullable String data(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    String found = null;
    if (json.currentToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        json.nextToken();
        if (json.currentToken() == JsonToken.VALUE_STRING && json.getText().startsWith("0x")) {
          found = json.getText();
        } else {
          json.skipChildren();
        }
      }
    } else {
      json.skipChildren();
    }
    return found;
  }

  static void require(JsonParser json, JsonToken expected) throws IOException {
    if (json.currentToken() != expected) {
      throw new IOException("expected " + expected + ", found " + json.currentToken());
    }
  }
}
