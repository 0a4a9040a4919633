package org.modelledger.ml.djl;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.TensorSpec;
import org.modelledger.model.ModelFormatException;

/** JSON of model files: read strictly, and what is missing or of another kind is named. */
final class Json {
  private static final Gson GSON = new GsonBuilder().setStrictness(Strictness.STRICT)
      .disableHtmlEscaping()
      .setPrettyPrinting()
      .create();
  private static final int MAX_DEPTH = 32;

  private Json() {}

  /** @throws ModelFormatException if the bytes are not one JSON object; names the file */
  static JsonObject object(byte[] utf8, String file) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      JsonReader reader = new JsonReader(new StringReader(text));
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(MAX_DEPTH);
      JsonElement element = GSON.getAdapter(JsonElement.class).read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT || !element.isJsonObject()) {
        throw new ModelFormatException(file + " is not one JSON object");
      }
      return element.getAsJsonObject();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(file + " is not UTF-8", e);
    } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
      throw new ModelFormatException(file + " is not JSON: " + e.getMessage(), e);
    }
  }

  static byte[] bytes(JsonObject object) {
    return GSON.toJson(object).getBytes(StandardCharsets.UTF_8);
  }

  static JsonElement member(JsonObject object, String name, String where) {
    JsonElement element = object.get(name);
    if (element == null) {
      throw new ModelFormatException(where + " has no \"" + name + "\"; it has " + object.keySet());
    }
    return element;
  }

  static JsonObject objectMember(JsonObject object, String name, String where) {
    JsonElement element = member(object, name, where);
    if (!element.isJsonObject()) {
      throw new ModelFormatException(where + ": \"" + name + "\" is not an object");
    }
    return element.getAsJsonObject();
  }

  static List<JsonElement> list(JsonObject object, String name, String where) {
    JsonElement element = member(object, name, where);
    if (!element.isJsonArray()) {
      throw new ModelFormatException(where + ": \"" + name + "\" is not an array");
    }
    List<JsonElement> elements = new ArrayList<>();
    element.getAsJsonArray().forEach(elements::add);
    return elements;
  }

  static String text(JsonElement element, String where) {
    if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
      throw new ModelFormatException(where + " is not a text");
    }
    return element.getAsString();
  }

  static long number(JsonElement element, String where) {
    try {
      if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
        BigDecimal number = element.getAsBigDecimal();
        if (number.scale() <= 0 && number.precision() - number.scale() <= 19) {
          return number.longValueExact();
        }
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new ModelFormatException(where + " is not a whole number", e);
    }
    throw new ModelFormatException(where + " is not a whole number");
  }

  /** Reads tensors in the form of the Open Inference Protocol's model metadata. */
  static List<TensorSpec> specs(JsonObject object, String name, String file) {
    List<TensorSpec> specs = new ArrayList<>();
    for (JsonElement element : list(object, name, file)) {
      String where = file + ": " + name + "[" + specs.size() + "]";
      if (!element.isJsonObject()) {
        throw new ModelFormatException(where + " is not an object");
      }
      JsonObject tensor = element.getAsJsonObject();
      String datatype = text(member(tensor, "datatype", where), where + " datatype");
      List<JsonElement> shape = list(tensor, "shape", where);
      if (shape.size() > Shape.MAX_RANK) {
        throw new ModelFormatException(
            where + " has " + shape.size() + " dimensions; expected at most "
                + Shape.MAX_RANK);
      }
      long[] lengths = new long[shape.size()];
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = number(shape.get(i), where + " shape[" + i + "]");
      }
      try {
        specs.add(new TensorSpec(text(member(tensor, "name", where), where + " name"),
            DataType.valueOf(datatype), Shape.of(lengths)));
      } catch (IllegalArgumentException e) {
        throw new ModelFormatException(where + ": " + e.getMessage(), e);
      }
      if (!NDTensors.supported().contains(specs.getLast().dataType())) {
        throw new ModelFormatException(where + ", '" + specs.getLast().name() + "', has datatype "
            + datatype + ", which is not supported; supported are " + NDTensors.supported());
      }
    }
    if (specs.isEmpty()) {
      throw new ModelFormatException(file + " has no " + name + "; expected at least one");
    }
    if (specs.stream().map(TensorSpec::name).distinct().count() < specs.size()) {
      throw new ModelFormatException(file + " gives two of its " + name + " one name: " + specs);
    }
    return List.copyOf(specs);
  }

  static JsonArray array(List<TensorSpec> specs) {
    JsonArray array = new JsonArray();
    for (TensorSpec spec : specs) {
      JsonObject tensor = new JsonObject();
      tensor.addProperty("name", spec.name());
      tensor.addProperty("datatype", spec.dataType().name());
      JsonArray shape = new JsonArray();
      for (long length : spec.shape().lengths()) {
        shape.add(length);
      }
      tensor.add("shape", shape);
      array.add(tensor);
    }
    return array;
  }
}
