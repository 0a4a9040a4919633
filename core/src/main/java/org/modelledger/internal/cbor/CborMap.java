package org.modelledger.internal.cbor;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.model.ModelFormatException;

/**
 * A CBOR map with small whole numbers as keys, in the core deterministic encoding (RFC 8949 §4.2.1):
 * shortest forms, definite lengths, keys in the order of their bytes. A value is an unsigned number
 * of at most 63 bits, a text, a byte string, an array of texts, or a map from texts to texts or to
 * byte strings. Read strictly: bytes that would be written in another way are refused.
 */
public final class CborMap {
  private static final CBORFactory FACTORY = CBORFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(4)
          .maxStringLength(Integer.MAX_VALUE)
          .maxNumberLength(100)
          .build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  /** The length stands before the bytes of a text, so shorter texts come first. */
  static final Comparator<byte[]> KEY_ORDER = Comparator
      .<byte[]>comparingInt(key -> key.length)
      .thenComparing(Arrays::compareUnsigned);

  private final String what;
  private final TreeMap<Integer, Object> values = new TreeMap<>();

  /** @param what names the thing in messages, such as {@code "receipt"} */
  public CborMap(String what) {
    this.what = what;
  }

  /** Sets a number from 0. */
  public CborMap put(int key, long number) {
    if (number < 0) {
      throw new IllegalArgumentException(what + ": " + key + " is negative: " + number);
    }
    values.put(key, number);
    return this;
  }

  /** Sets a text. */
  public CborMap put(int key, String text) {
    values.put(key, text);
    return this;
  }

  /** Sets a byte string; not copied. */
  public CborMap put(int key, byte[] bytes) {
    values.put(key, bytes);
    return this;
  }

  /** Sets an array of texts. */
  public CborMap put(int key, List<String> texts) {
    values.put(key, List.copyOf(texts));
    return this;
  }

  /** Sets a map to texts or byte strings, unless it is empty: then the key is left out. */
  public CborMap putUnlessEmpty(int key, Map<String, ?> map) {
    if (!map.isEmpty()) {
      values.put(key, Map.copyOf(map));
    }
    return this;
  }

  /** Returns the one encoding. */
  public byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(320);
    try (CBORGenerator generator = FACTORY.createGenerator(out)) {
      generator.writeStartObject(values, values.size());
      for (Map.Entry<Integer, Object> entry : values.entrySet()) {
        generator.writeFieldId(entry.getKey());
        write(generator, entry.getValue());
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return out.toByteArray();
  }

  private static void write(CBORGenerator generator, Object value) throws IOException {
    switch (value) {
      case Long number -> generator.writeNumber(number);
      case String text -> writeText(generator, text);
      case byte[] bytes -> generator.writeBinary(bytes);
      case List<?> texts -> {
        generator.writeStartArray(texts, texts.size());
        for (Object text : texts) {
          writeText(generator, (String) text);
        }
        generator.writeEndArray();
      }
      case Map<?, ?> map -> {
        TreeMap<byte[], Object> sorted = new TreeMap<>(KEY_ORDER);
        map.forEach(
            (key, item) -> sorted.put(((String) key).getBytes(StandardCharsets.UTF_8), item));
        generator.writeStartObject(map, map.size());
        for (Map.Entry<byte[], Object> entry : sorted.entrySet()) {
          // this form of the name makes the generator write the shortest length
          generator.writeFieldName(
              new SerializedString(new String(entry.getKey(), StandardCharsets.UTF_8)));
          write(generator, entry.getValue());
        }
        generator.writeEndObject();
      }
      default -> throw new IllegalArgumentException("not a CBOR value: " + value.getClass());
    }
  }

  private static void writeText(CBORGenerator generator, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    generator.writeUTF8String(bytes, 0, bytes.length);
  }

  /**
   * Reads one map.
   *
   * @param what names the thing in messages
   * @throws ModelFormatException if the bytes are not one such map in its deterministic encoding
   */
  public static CborMap decode(String what, byte[] bytes) {
    CborMap map;
    try (CBORParser parser = FACTORY.createParser(bytes)) {
      map = read(what, parser);
    } catch (IOException | IllegalArgumentException e) {
      throw new ModelFormatException(what + " is not the CBOR that was expected: "
          + e.getMessage(), e);
    }
    if (!Arrays.equals(bytes, map.encode())) {
      throw new ModelFormatException(
          what + " is not in the deterministic encoding of RFC 8949 section 4.2.1");
    }
    return map;
  }

  private static CborMap read(String what, CBORParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("it is no map");
    }
    CborMap map = new CborMap(what);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      int key = Integer.parseInt(parser.currentName());
      map.values.put(key, value(parser, parser.nextToken()));
    }
    return map;
  }

  private static Object value(CBORParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_NUMBER_INT -> number(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_EMBEDDED_OBJECT -> parser.getBinaryValue();
      case START_ARRAY -> {
        List<Object> items = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser
            .nextToken()) {
          if (next != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("an array holds " + next + ", expected texts");
          }
          items.add(parser.getText());
        }
        yield items;
      }
      case START_OBJECT -> {
        Map<String, Object> items = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          JsonToken next = parser.nextToken();
          if (next != JsonToken.VALUE_STRING && next != JsonToken.VALUE_EMBEDDED_OBJECT) {
            throw new IllegalArgumentException("a map within it holds " + next);
          }
          items.put(name, value(parser, next));
        }
        yield items;
      }
      case null, default -> throw new IllegalArgumentException("it holds " + token);
    };
  }

  private static Long number(CBORParser parser) throws IOException {
    long number = parser.getLongValue();
    if (number < 0) {
      throw new IllegalArgumentException("it holds the negative number " + number);
    }
    return number;
  }

  /** Says whether there is a value. */
  public boolean has(int key) {
    return values.containsKey(key);
  }

  /** Fails if there is a key besides these. */
  public void allowOnly(int... keys) {
    for (int key : values.keySet()) {
      if (Arrays.stream(keys).noneMatch(known -> known == key)) {
        throw new ModelFormatException(
            what + " has the unknown field " + key + "; known are " + Arrays.toString(keys));
      }
    }
  }

  /** Returns a number. */
  public long number(int key) {
    return as(Long.class, "a number", key);
  }

  /** Returns a text. */
  public String text(int key) {
    return as(String.class, "a text", key);
  }

  /** Returns a byte string. */
  public byte[] bytes(int key) {
    return as(byte[].class, "a byte string", key);
  }

  /** Returns a byte string of a known length. */
  public byte[] bytes(int key, int length) {
    byte[] bytes = bytes(key);
    if (bytes.length != length) {
      throw new ModelFormatException(what + " field " + key + " has " + bytes.length
          + " bytes; expected " + length);
    }
    return bytes;
  }

  /** Returns an array of texts of a known length. */
  public List<String> texts(int key, int length) {
    List<?> list = as(List.class, "an array of texts", key);
    if (list.size() != length) {
      throw new ModelFormatException(
          what + " field " + key + " has " + list.size() + " items; expected " + length);
    }
    return list.stream().map(String.class::cast).toList();
  }

  /** Returns a map to values of one kind; empty if the key is left out. */
  public <T> SortedMap<String, T> map(int key, Class<T> kind) {
    if (!has(key)) {
      return Collections.emptySortedMap();
    }
    TreeMap<String, T> map = new TreeMap<>();
    Map<?, ?> items = as(Map.class, "a map", key);
    items.forEach((name, value) -> {
      if (!kind.isInstance(value)) {
        throw new ModelFormatException(
            what + " field " + key + " holds another kind of value than expected");
      }
      map.put((String) name, kind.cast(value));
    });
    return map;
  }

  private <T> T as(Class<T> type, String expected, int key) {
    Object value = values.get(key);
    if (!type.isInstance(value)) {
      throw new ModelFormatException(what + " field " + key + " is "
          + (value == null ? "missing" : "of another type") + "; expected " + expected);
    }
    return type.cast(value);
  }
}
