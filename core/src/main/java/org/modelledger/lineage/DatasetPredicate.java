package org.modelledger.lineage;

import static org.modelledger.lineage.Predicates.object;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.internal.intoto.InTotoStatement.Subject;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.ModelFormatException;
import org.modelledger.training.DataSource;

/** The statement about a data set as in-toto, docs/formats/dataset-statement.md. */
final class DatasetPredicate {
  static final String TYPE = "https://modelledger.org/dataset/v1";

  private DatasetPredicate() {}

  static byte[] encode(DatasetStatement statement) {
    List<Subject> subjects = statement.files()
        .stream()
        .map(file -> new Subject(file.name(), file.digest()))
        .toList();
    Map<String, Object> predicate = object("name", statement.name(), "statedOn",
        statement.time().toString());
    statement.rows().ifPresent(rows -> predicate.put("rows", rows));
    predicate.put("columns", columns(statement.columns()));
    statement.croissant().ifPresent(it -> predicate.put("croissant", croissant(it)));
    return InTotoStatement.encode(subjects, TYPE, predicate);
  }

  private static Map<String, Object> croissant(Croissant croissant) {
    Map<String, Object> members = object("digest", Predicates.digest(croissant.document()), "name",
        croissant.name());
    croissant.description().ifPresent(it -> members.put("description", it));
    croissant.url().ifPresent(it -> members.put("url", it));
    croissant.license().ifPresent(it -> members.put("license", it));
    croissant.version().ifPresent(it -> members.put("version", it));
    members.put("files", croissant.files().stream().map(Predicates::resource).toList());
    members.put("columns", columns(croissant.columns()));
    return members;
  }

  private static List<Map<String, Object>> columns(List<DataColumn> columns) {
    return columns.stream()
        .map(column -> object("name", column.name(), "type", column.type()))
        .toList();
  }

  static DatasetStatement decode(InTotoStatement statement) {
    JsonObject predicate = statement.predicate();
    List<DataSource> files = statement.subjects()
        .stream()
        .map(subject -> new DataSource(subject.name(), subject.digest()))
        .toList();
    OptionalLong rows = predicate.has("rows")
        ? OptionalLong.of(predicate.integer("rows"))
        : OptionalLong.empty();
    Optional<Croissant> croissant = predicate.has("croissant")
        ? Optional.of(croissant(predicate.object("croissant")))
        : Optional.empty();
    String name = predicate.string("name");
    List<DataColumn> columns = columns(predicate);
    Instant time = Predicates.instant(predicate, "statedOn");
    try {
      return new DatasetStatement(name, files, rows, columns, croissant, time);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(
          predicate + " does not describe a data set: " + e.getMessage(), e);
    }
  }

  private static Croissant croissant(JsonObject object) {
    return new Croissant(Predicates.digest(object), object.string("name"),
        object.optionalString("description"), object.optionalString("url"),
        object.optionalString("license"), object.optionalString("version"),
        Predicates.resources(object, "files"), columns(object));
  }

  private static List<DataColumn> columns(JsonObject owner) {
    return owner.objects("columns")
        .stream()
        .map(DatasetPredicate::column)
        .toList();
  }

  private static DataColumn column(JsonObject column) {
    String name = column.string("name");
    if (name.isEmpty()) {
      throw column.wrong("name", "a name that is not empty", name);
    }
    return new DataColumn(name, column.string("type"));
  }
}
