package org.modelledger.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;

/** Tensors in JSON as the Open Inference Protocol, version 2, has them in its requests and responses over HTTP. */
final class InferenceJson {
  private static final ObjectMapper MAPPER = JsonMapper.builder()
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
      .build();

  private InferenceJson() {}

  /**
   * Reads the inputs of a request: {@code {"inputs": [{"name", "shape", "datatype", "data"}]}}. Data may be flat or
   * nested; what else a request may say, such as its id, is passed over.
   *
   * @throws InputException if it is something else; names the tensor
   */
  static Tensors inputs(byte[] request) {
    JsonNode inputs;
    try {
      inputs = MAPPER.readTree(request).path("inputs");
    } catch (JsonProcessingException e) {
      throw new InputException("the request is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InputException("the request is not JSON in UTF-8: " + e.getMessage(), e);
    }
    if (!inputs.isArray() || inputs.isEmpty()) {
      throw new InputException("the request has no inputs; expected"
          + " {\"inputs\": [{\"name\": …, \"shape\": […], \"datatype\": …, \"data\": […]}, …]}");
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (JsonNode input : inputs) {
      String name = input.path("name").asText();
      if (tensors.put(name, tensor(name, input)) != null) {
        throw new InputException("two inputs are named '" + name + "'");
      }
    }
    try {
      return Tensors.of(tensors);
    } catch (IllegalArgumentException e) {
      throw new InputException("an input has no name for a tensor: " + e.getMessage(), e);
    }
  }

  private static Tensor tensor(String name, JsonNode input) {
    DataType type = type(name, input.path("datatype").asText());
    List<JsonNode> elements = new ArrayList<>();
    flatten(input.path("data"), elements);
    try {
      return Tensor.wrap(type, shape(input.path("shape")), bytes(type, elements));
    } catch (IllegalArgumentException e) {
      throw new InputException("input '" + name + "': " + e.getMessage(), e);
    }
  }

  private static DataType type(String name, String word) {
    for (DataType type : DataType.values()) {
      if (type.name().equals(word)) {
        return type;
      }
    }
    throw new InputException("input '" + name + "' has the datatype '" + word
        + "'; expected one of " + List.of(DataType.values()));
  }

  private static Shape shape(JsonNode shape) {
    if (shape.isMissingNode()) {
      throw new IllegalArgumentException("it has no shape; expected an array of whole numbers");
    }
    if (!shape.isArray()) {
      throw new IllegalArgumentException(
          "its shape is " + shape + "; expected an array of whole numbers");
    }
    long[] lengths = new long[shape.size()];
    for (int i = 0; i < lengths.length; i++) {
      if (!shape.get(i).canConvertToLong() || !shape.get(i).isIntegralNumber()) {
        throw new IllegalArgumentException("its shape is " + shape + ", whose number " + i
            + ", counted from 0, is " + shape.get(i) + "; expected whole numbers");
      }
      lengths[i] = shape.get(i).longValue();
    }
    return Shape.of(lengths);
  }

  private static void flatten(JsonNode node, List<JsonNode> elements) {
    if (node.isArray()) {
      node.forEach(element -> flatten(element, elements));
    } else if (!node.isMissingNode()) {
      elements.add(node);
    }
  }

  private static ByteBuffer bytes(DataType type, List<JsonNode> elements) {
    if (type == DataType.BYTES) {
      List<String> texts = new ArrayList<>(elements.size());
      for (JsonNode element : elements) {
        texts.add(require(element.isTextual(), element, type).textValue());
      }
      return Tensor.ofStrings(texts, texts.size()).data();
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(elements.size(), type.size()))
        .order(ByteOrder.LITTLE_ENDIAN);
    elements.forEach(element -> put(bytes, type, element));
    return bytes.flip();
  }

  private static void put(ByteBuffer bytes, DataType type, JsonNode element) {
    switch (type) {
      case BOOL -> bytes
          .put((byte) (require(element.isBoolean(), element, type).booleanValue() ? 1 : 0));
      case FP32 -> bytes.putFloat(
          element.isNumber() ? element.floatValue() : (float) number(element, type));
      case FP64 -> bytes.putDouble(number(element, type));
      case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 ->
        putWhole(bytes, type, element);
      default -> throw new IllegalArgumentException(
          type + " has no form in JSON; expected a type of numbers that Java has, BOOL or BYTES");
    }
  }

  /** JSON has no numbers but finite ones; the others are written as text. */
  private static double number(JsonNode element, DataType type) {
    if (element.isTextual()) {
      return switch (element.textValue()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> require(false, element, type).doubleValue();
      };
    }
    return require(element.isNumber(), element, type).doubleValue();
  }

  private static void putWhole(ByteBuffer bytes, DataType type, JsonNode element) {
    BigInteger whole = require(element.isIntegralNumber(), element, type).bigIntegerValue();
    boolean unsigned = type.name().startsWith("U");
    int bits = Byte.SIZE * type.size();
    boolean fits = unsigned
        ? whole.signum() >= 0 && whole.bitLength() <= bits
        : whole.bitLength() < bits;
    long value = require(fits, element, type).bigIntegerValue().longValue();
    for (int i = 0; i < type.size(); i++) {
      bytes.put((byte) (value >> (Byte.SIZE * i)));
    }
  }

  private static JsonNode require(boolean holds, JsonNode element, DataType type) {
    if (!holds) {
      throw new IllegalArgumentException(
          "an element is " + element + "; expected a value of " + type);
    }
    return element;
  }

  /** Returns the outputs of a response: {@code [{"name", "shape", "datatype", "data"}]}, data flat. */
  static List<Map<String, Object>> outputs(Tensors outputs) {
    List<Map<String, Object>> all = new ArrayList<>();
    outputs.asMap().forEach((name, tensor) -> {
      Map<String, Object> output = new LinkedHashMap<>();
      output.put("name", name);
      output.put("shape", tensor.shape().lengths());
      output.put("datatype", tensor.dataType().name());
      output.put("data", elements(tensor));
      all.add(output);
    });
    return all;
  }

  /**
   * Returns the elements of a tensor as JSON has them: numbers, booleans and texts. What is not finite becomes a text.
   *
   * @throws InputException if they have no form in JSON
   */
  static List<Object> elements(Tensor tensor) {
    ByteBuffer data = tensor.data();
    List<Object> elements = new ArrayList<>();
    while (data.hasRemaining()) {
      elements.add(switch (tensor.dataType()) {
        case BOOL -> data.get() != 0;
        case FP32 -> finite(data.getFloat());
        case FP64 -> finite(data.getDouble());
        case UINT8 -> Byte.toUnsignedInt(data.get());
        case UINT16 -> Short.toUnsignedInt(data.getShort());
        case UINT32 -> Integer.toUnsignedLong(data.getInt());
        case UINT64 -> new BigInteger(Long.toUnsignedString(data.getLong()));
        case INT8 -> data.get();
        case INT16 -> data.getShort();
        case INT32 -> data.getInt();
        case INT64 -> data.getLong();
        case BYTES -> text(data);
        case FP16, BF16 -> throw new InputException(
            tensor + " has no form in JSON; expected a type of numbers that Java has");
      });
    }
    return elements;
  }

  private static Object finite(float number) {
    return Float.isFinite(number) ? (Object) number : Float.toString(number);
  }

  private static Object finite(double number) {
    return Double.isFinite(number) ? (Object) number : Double.toString(number);
  }

  private static String text(ByteBuffer data) {
    byte[] element = new byte[data.getInt()];
    data.get(element);
    return new String(element, StandardCharsets.UTF_8);
  }
}
