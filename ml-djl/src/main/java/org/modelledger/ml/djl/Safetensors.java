package org.modelledger.ml.djl;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.model.ModelFormatException;

/**
 * Numbers by name in the format safetensors, which PyTorch, JAX and others read: eight bytes with the length of a JSON header, the
 * header, and the elements, little-endian, in the order of their names. Here all are float32.
 */
final class Safetensors {
  private static final String TYPE = "F32";
  private static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;
  private static final int MAX_HEADER_BYTES = 100_000_000;

  private Safetensors() {}

  /** Numbers of one name. */
  static final class Values {
    private final List<Long> shape;
    private final float[] elements;

    Values(List<Long> shape, float[] elements) {
      this.shape = List.copyOf(shape);
      this.elements = elements;
    }

    /** Returns the shape, outermost dimension first. */
    List<Long> shape() {
      return shape;
    }

    /** Returns as many numbers as the shape says, themselves. */
    float[] elements() {
      return elements;
    }

    static Values of(float[] elements, long... shape) {
      return new Values(Arrays.stream(shape).boxed().toList(), elements);
    }
  }

  static byte[] write(SortedMap<String, Values> tensors) {
    JsonObject header = new JsonObject();
    JsonObject metadata = new JsonObject();
    metadata.addProperty("format", "pt");
    header.add(METADATA, metadata);
    long size = 0;
    for (Map.Entry<String, Values> tensor : tensors.entrySet()) {
      long end = size + (long) tensor.getValue().elements.length * Float.BYTES;
      JsonObject entry = new JsonObject();
      entry.addProperty("dtype", TYPE);
      JsonArray shape = new JsonArray();
      tensor.getValue().shape.forEach(shape::add);
      entry.add("shape", shape);
      JsonArray offsets = new JsonArray();
      offsets.add(size);
      offsets.add(end);
      entry.add("data_offsets", offsets);
      header.add(tensor.getKey(), entry);
      size = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int padded = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
    ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(Long.BYTES + padded + size))
        .order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded).put(json);
    while (file.position() < Long.BYTES + padded) {
      file.put((byte) ' ');
    }
    for (Values tensor : tensors.values()) {
      file.asFloatBuffer().put(tensor.elements);
      file.position(file.position() + tensor.elements.length * Float.BYTES);
    }
    return file.array();
  }

  /** @throws ModelFormatException if the bytes are not of this format, or not all float32; names the file */
  static SortedMap<String, Values> read(byte[] bytes, String file) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.length < Long.BYTES ? -1 : buffer.getLong();
    if (length < 2 || length > Math.min(MAX_HEADER_BYTES, buffer.remaining())) {
      throw new ModelFormatException(
          file + " is not in the format safetensors: its header does not fit into its "
              + bytes.length + " bytes");
    }
    byte[] json = new byte[(int) length];
    buffer.get(json);
    ByteBuffer data = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    JsonObject header = Json.object(json, file);
    SortedMap<String, Values> tensors = new TreeMap<>();
    List<long[]> ranges = new ArrayList<>();
    for (Map.Entry<String, JsonElement> entry : header.entrySet()) {
      if (!entry.getKey().equals(METADATA)) {
        String where = file + ": " + entry.getKey();
        if (!entry.getValue().isJsonObject()) {
          throw new ModelFormatException(where + " is not an object");
        }
        long[] range = new long[2];
        tensors.put(entry.getKey(), read(entry.getValue().getAsJsonObject(), where, data, range));
        ranges.add(range);
      }
    }
    // no byte may belong to nobody or to two
    ranges.sort((a, b) -> Arrays.compare(a, b));
    long at = 0;
    for (long[] range : ranges) {
      if (range[0] != at) {
        throw new ModelFormatException(
            file + " has elements from byte " + range[0] + " on; expected " + at);
      }
      at = range[1];
    }
    if (at != data.limit()) {
      throw new ModelFormatException(
          file + " has " + data.limit() + " bytes of elements; its header describes " + at);
    }
    return tensors;
  }

  private static Values read(JsonObject entry, String where, ByteBuffer data, long[] range) {
    String type = Json.text(Json.member(entry, "dtype", where), where + " dtype");
    if (!type.equals(TYPE)) {
      throw new ModelFormatException(where + " has dtype " + type + "; supported is " + TYPE);
    }
    List<Long> shape = new ArrayList<>();
    long elements = 1;
    try {
      for (JsonElement dimension : Json.list(entry, "shape", where)) {
        shape.add(Json.number(dimension, where + " shape"));
        elements = Math.multiplyExact(elements, shape.getLast());
      }
    } catch (ArithmeticException e) {
      throw new ModelFormatException(
          where + " has shape " + shape + " and more, which no file holds", e);
    }
    List<JsonElement> offsets = Json.list(entry, "data_offsets", where);
    if (offsets.size() != 2 || shape.stream().anyMatch(dimension -> dimension < 0)) {
      throw new ModelFormatException(where + " has shape " + shape + " and offsets " + offsets
          + "; expected dimensions from 0 and two offsets");
    }
    range[0] = Json.number(offsets.get(0), where + " data_offsets");
    range[1] = Json.number(offsets.get(1), where + " data_offsets");
    if (range[0] < 0 || range[1] < range[0] || range[1] > data.limit()
        || elements > Integer.MAX_VALUE || range[1] - range[0] != elements * Float.BYTES) {
      throw new ModelFormatException(
          where + " has shape " + shape + " and bytes " + range[0] + " to "
              + range[1] + " of " + data.limit() + ", which do not fit each other");
    }
    float[] values = new float[(int) elements];
    data.slice((int) range[0], (int) (range[1] - range[0]))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return new Values(shape, values);
  }
}
