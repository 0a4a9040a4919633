package org.modelledger.onnx.models.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.model.ModelFormatException;

/**
 * The header of a file, read as strictly as the format's own implementation reads it: strict JSON without
 * a member twice, every tensor exactly as long as type and shape ask for, and the tensors one behind the
 * other without overlap or gap up to the end of the file.
 */
final class SafetensorsHeader {
  private static final JsonFactory JSON = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(8)
          .maxNumberLength(20)
          .maxNameLength(SafetensorsFile.MAX_HEADER_BYTES)
          .maxStringLength(SafetensorsFile.MAX_HEADER_BYTES)
          .build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private static final String METADATA = "__metadata__";

  private final String file;
  private final long dataBegin;
  private final long dataBytes;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<SafetensorsEntry> entries = new ArrayList<>();

  /** @param file how messages call it */
  SafetensorsHeader(String file, byte[] json, long dataBegin, long dataBytes) {
    this.file = file;
    this.dataBegin = dataBegin;
    this.dataBytes = dataBytes;
    if (json.length == 0 || json[0] != '{') {
      throw wrong("has a header that does not begin with '{'");
    }
    try (JsonParser parser = JSON.createParser(new InputStreamReader(new ByteArrayInputStream(json),
        StandardCharsets.UTF_8.newDecoder()))) {
      read(parser);
    } catch (CharacterCodingException e) {
      throw wrong("has a header that is not UTF-8", e);
    } catch (JsonProcessingException e) {
      throw wrong("has a header that is not strict JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    entries.sort(Comparator.comparingLong(SafetensorsEntry::offset)
        .thenComparingLong(SafetensorsEntry::byteCount));
    checkPlaces();
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /** In the order of their places. */
  List<SafetensorsEntry> entries() {
    return entries;
  }

  private void read(JsonParser parser) throws IOException {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "the header");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      String where = "tensor '" + name + "'";
      expect(parser.nextToken(), JsonToken.START_OBJECT, name.equals(METADATA) ? METADATA : where);
      if (name.equals(METADATA)) {
        readMetadata(parser);
      } else {
        entries.add(readEntry(parser, name, where));
      }
    }
    if (parser.nextToken() != null) {
      throw wrong("has something behind its header's object");
    }
  }

  private void readMetadata(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      expect(parser.nextToken(), JsonToken.VALUE_STRING, METADATA + " '" + key + "'");
      metadata.put(key, parser.getText());
    }
  }

  private SafetensorsEntry readEntry(JsonParser parser, String name, String where)
      throws IOException {
    SafetensorsType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "dtype" -> type = type(parser, where);
        case "shape" -> shape = numbers(parser, where + ", shape");
        case "data_offsets" -> offsets = numbers(parser, where + ", data_offsets");
        default -> throw wrong("has " + where + " with an unknown member '" + member
            + "'; known: dtype, shape, data_offsets");
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw wrong("has " + where + " without a member of dtype, shape and data_offsets");
    }
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1) || offsets.get(1) > dataBytes) {
      throw wrong("has " + where + " at " + offsets + "; wanted begin and end within the "
          + dataBytes + " bytes of data");
    }
    long bytes = offsets.get(1) - offsets.get(0);
    if (bytes != byteCount(type, shape, where)) {
      throw wrong("has " + where + " in " + bytes + " bytes; " + type + " with shape " + shape
          + " takes " + byteCount(type, shape, where));
    }
    return new SafetensorsEntry(name, type, shape, dataBegin + offsets.get(0), bytes);
  }

  private SafetensorsType type(JsonParser parser, String where) throws IOException {
    expect(parser.currentToken(), JsonToken.VALUE_STRING, where + ", dtype");
    String text = parser.getText();
    try {
      return SafetensorsType.valueOf(text);
    } catch (IllegalArgumentException e) {
      throw wrong("has " + where + " of dtype '" + text + "'; known are "
          + List.of(SafetensorsType.values()), e);
    }
  }

  private List<Long> numbers(JsonParser parser, String where) throws IOException {
    expect(parser.currentToken(), JsonToken.START_ARRAY, where);
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, where);
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0) {
        throw wrong("has " + where + " with " + parser.getText()
            + "; wanted whole numbers from 0, below 2^63");
      }
      numbers.add(parser.getLongValue());
    }
    return numbers;
  }

  private long byteCount(SafetensorsType type, List<Long> shape, String where) {
    try {
      long bits = type.bits();
      for (long size : shape) {
        bits = Math.multiplyExact(bits, size);
      }
      if (bits % 8 == 0) {
        return bits / 8;
      }
    } catch (ArithmeticException e) {
      throw wrong("has " + where + " of shape " + shape + ", whose size does not fit", e);
    }
    throw wrong("has " + where + " of shape " + shape + ", which " + type
        + " does not fill to whole bytes");
  }

  private void checkPlaces() {
    long end = dataBegin;
    for (SafetensorsEntry entry : entries) {
      if (entry.offset() != end) {
        throw wrong("has tensor '" + entry.name() + "' at byte " + (entry.offset() - dataBegin)
            + " of the data, " + (entry.offset() < end ? "over" : "with a gap behind")
            + " what ends at " + (end - dataBegin));
      }
      end += entry.byteCount();
    }
    if (end - dataBegin != dataBytes) {
      throw wrong("has " + dataBytes + " bytes of data, of which tensors take "
          + (end - dataBegin));
    }
  }

  private void expect(JsonToken found, JsonToken wanted, String where) {
    if (found != wanted) {
      throw wrong("has " + where + " that is " + found + "; wanted " + wanted);
    }
  }

  private ModelFormatException wrong(String what) {
    return new ModelFormatException(file + " " + what);
  }

  private ModelFormatException wrong(String what, Throwable cause) {
    return new ModelFormatException(file + " " + what, cause);
  }
}
