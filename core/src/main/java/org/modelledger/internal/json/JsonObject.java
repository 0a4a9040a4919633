package org.modelledger.internal.json;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;

/** An object of a JSON document. What is missing or of another type is reported with its path. */
public final class JsonObject {
  private final String path;
  private final Map<?, ?> members;

  JsonObject(String path, Map<?, ?> members) {
    this.path = path;
    this.members = members;
  }

  /** Fails if there is a member besides these. */
  public void allowOnly(String... names) {
    for (String name : names()) {
      if (!Set.of(names).contains(name)) {
        throw new ModelFormatException(
            path + " has an unknown member '" + name + "'; known: " + new TreeSet<>(Set.of(names)));
      }
    }
  }

  /** Returns the names of all members, sorted. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    members.keySet().forEach(name -> names.add(String.valueOf(name)));
    return names;
  }

  /** Says whether there is such a member that is not null. */
  public boolean has(String name) {
    return members.get(name) != null;
  }

  /** Returns a text. */
  public String string(String name) {
    return as(String.class, "a string", name);
  }

  /** Returns a text if there is one. */
  public Optional<String> optionalString(String name) {
    return has(name) ? Optional.of(string(name)) : Optional.empty();
  }

  /** Returns a whole number of at most 63 bits. */
  public long integer(String name) {
    Object value = as(Number.class, "a whole number", name);
    if (value instanceof BigInteger || !(value instanceof Long || value instanceof Integer)) {
      throw wrong(name, "a whole number below 2^63", value);
    }
    return ((Number) value).longValue();
  }

  /** Returns true or false. */
  public boolean bool(String name) {
    return as(Boolean.class, "true or false", name);
  }

  /** Returns a number, a string, a boolean or a tree of these. */
  public Object value(String name) {
    return as(Object.class, "a value", name);
  }

  /** Returns a SHA-256 digest of 64 lower-case hexadecimal digits. */
  public Digest digest(String name) {
    String text = string(name);
    try {
      return new Digest(text);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(path + "." + name + ": " + e.getMessage(), e);
    }
  }

  /** Returns bytes that are written in either alphabet of RFC 4648. */
  public byte[] base64(String name) {
    String text = string(name);
    boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
    try {
      return (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(path + "." + name + " is not base64: " + e.getMessage(), e);
    }
  }

  /** Returns an object within this one. */
  public JsonObject object(String name) {
    return new JsonObject(path + "." + name, as(Map.class, "an object", name));
  }

  /** Returns objects. */
  public List<JsonObject> objects(String name) {
    return list(name, item -> {
      if (item.value instanceof Map<?, ?> object) {
        return new JsonObject(item.path, object);
      }
      throw item.wrong("an object");
    });
  }

  /** Returns texts. */
  public List<String> strings(String name) {
    return list(name, item -> {
      if (item.value instanceof String text) {
        return text;
      }
      throw item.wrong("a string");
    });
  }

  /** Returns an exception about a member. */
  public ModelFormatException wrong(String name, String expected, @Nullable Object found) {
    return new ModelFormatException(
        path + "." + name + ": expected " + expected + ", found " + shown(found));
  }

  @Override
  public String toString() {
    return path;
  }

  private record Item(String path, Object value) {
    ModelFormatException wrong(String expected) {
      return new ModelFormatException(
          path + ": expected " + expected + ", found " + shown(value));
    }
  }

  private <T> List<T> list(String name, Function<Item, T> convert) {
    List<?> values = as(List.class, "an array", name);
    List<T> converted = new ArrayList<>(values.size());
    for (Object value : values) {
      converted.add(
          convert.apply(new Item(path + "." + name + "[" + converted.size() + "]", value)));
    }
    return converted;
  }

  private <T> T as(Class<T> type, String expected, String name) {
    Object value = members.get(name);
    if (value == null) {
      throw new ModelFormatException(path + "." + name + " is missing; expected " + expected);
    }
    if (!type.isInstance(value)) {
      throw wrong(name, expected, value);
    }
    return type.cast(value);
  }

  private static String shown(@Nullable Object value) {
    String text = value instanceof String ? "'" + value + "'" : String.valueOf(value);
    return text.codePointCount(0, text.length()) <= 100
        ? text
        : text.substring(0, text.offsetByCodePoints(0, 100)) + "…";
  }
}
