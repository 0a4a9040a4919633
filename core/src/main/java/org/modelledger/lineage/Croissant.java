package org.modelledger.lineage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.internal.json.Json;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.training.DataSource;

/**
 * What a Croissant description says of a data set (MLCommons Croissant 1.0): JSON-LD in the
 * compact form and with the names of the specification's own context, as its tools write it.
 *
 * @param document the SHA-256 of the description's bytes
 * @param name of the data set
 * @param description in a few sentences, if it has one
 * @param url of a page about it, if it names one
 * @param license a URL or an identifier; several are joined by {@code ", "}
 * @param version as its makers number it
 * @param files each {@code FileObject} that states a SHA-256, by its name or else its id
 * @param columns the fields of all record sets, in their order
 */
public record Croissant(Digest document, String name, Optional<String> description,
    Optional<String> url, Optional<String> license, Optional<String> version,
    List<DataSource> files, List<DataColumn> columns) {
  private static final int MAX_BYTES = 16 << 20;

  public Croissant {
    Objects.requireNonNull(document, "document");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(license, "license");
    Objects.requireNonNull(version, "version");
    files = List.copyOf(files);
    columns = List.copyOf(columns);
  }

  /**
   * Reads a description. Members that it does not know are ignored, as JSON-LD has it.
   *
   * @param json the document, at most 16 MiB
   * @throws ModelFormatException if it is not a Croissant description of a data set; says where not
   */
  public static Croissant read(byte[] json) {
    JsonObject root = Json.read("Croissant description", json, MAX_BYTES);
    requireType(root, "Dataset");
    return new Croissant(Digest.sha256(json), root.string("name"),
        root.optionalString("description"), root.optionalString("url"), license(root),
        version(root), files(root), columns(root));
  }

  private static List<DataSource> files(JsonObject root) {
    List<DataSource> files = new ArrayList<>();
    for (JsonObject resource : many(root, "distribution")) {
      if (isType(resource, "FileObject") && resource.has("sha256")) {
        files.add(new DataSource(name(resource), sha256(resource)));
      }
    }
    return files;
  }

  /** Some tools write the digits in upper case. */
  private static Digest sha256(JsonObject file) {
    String digits = file.string("sha256");
    try {
      return new Digest(digits.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw file.wrong("sha256", "64 hexadecimal digits", digits);
    }
  }

  private static List<DataColumn> columns(JsonObject root) {
    List<DataColumn> columns = new ArrayList<>();
    for (JsonObject records : many(root, "recordSet")) {
      for (JsonObject field : many(records, "field")) {
        columns.add(new DataColumn(name(field), texts(field, "dataType")));
      }
    }
    return columns;
  }

  /** Croissant 1.0 names things by {@code name}, later versions may leave it at the {@code @id}. */
  private static String name(JsonObject node) {
    String name = node.optionalString("name").orElseGet(() -> node.string("@id"));
    if (name.isEmpty()) {
      throw node.wrong("name", "a name that is not empty", name);
    }
    return name;
  }

  private static Optional<String> license(JsonObject root) {
    if (root.has("license") && isNode(root, "license")) {
      JsonObject work = root.object("license");
      return work.optionalString("url").or(() -> work.optionalString("name"));
    }
    return Optional.of(texts(root, "license")).filter(text -> !text.isEmpty());
  }

  /** schema.org lets a version be a number. */
  private static Optional<String> version(JsonObject root) {
    return root.has("version") ? Optional.of(root.value("version").toString()) : Optional.empty();
  }

  private static void requireType(JsonObject node, String type) {
    if (!isType(node, type)) {
      throw node.wrong("@type", "'sc:" + type + "'",
          node.has("@type") ? node.value("@type") : null);
    }
  }

  /** A type is a name with a prefix, such as {@code cr:FileObject}, or a whole URI, and there may be several. */
  private static boolean isType(JsonObject node, String type) {
    for (String one : List.of(texts(node, "@type").split(", ", -1))) {
      if (one.equals(type) || one.endsWith(":" + type) || one.endsWith("/" + type)) {
        return true;
      }
    }
    return false;
  }

  /** JSON-LD 1.1 §9: an array of one value may be written as the value. */
  private static List<JsonObject> many(JsonObject node, String name) {
    if (!node.has(name)) {
      return List.of();
    }
    return isNode(node, name) ? List.of(node.object(name)) : node.objects(name);
  }

  private static String texts(JsonObject node, String name) {
    if (!node.has(name)) {
      return "";
    }
    return node.value(name) instanceof String text
        ? text
        : String.join(", ", node.strings(name));
  }

  private static boolean isNode(JsonObject node, String name) {
    return node.value(name) instanceof Map<?, ?>;
  }
}
