package org.modelledger.internal.intoto;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.internal.json.Json;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;

/**
 * An in-toto Statement v1 (in-toto attestation framework, spec/v1/statement.md): a predicate about
 * subjects, which are known by their SHA-256.
 *
 * @param subjects what it is about
 * @param predicateType the URI of the predicate's meaning
 * @param predicate the predicate
 */
public record InTotoStatement(List<Subject> subjects, String predicateType, JsonObject predicate) {
  /** The type of an envelope's payload that is an in-toto statement. */
  public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  private static final String TYPE = "https://in-toto.io/Statement/v1";
  private static final int MAX_BYTES = 64 << 20;

  /**
   * What a statement is about.
   *
   * @param name what the signer calls it
   * @param digest its SHA-256
   */
  public record Subject(String name, Digest digest) {}

  /** Copies the subjects. */
  public InTotoStatement {
    subjects = List.copyOf(subjects);
  }

  /** Returns the bytes of a statement; equal content gives equal bytes. */
  public static byte[] encode(List<Subject> subjects, String predicateType,
      Map<String, ?> predicate) {
    List<Map<String, Object>> subjectList = new ArrayList<>(subjects.size());
    for (Subject subject : subjects) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", subject.name());
      entry.put("digest", Map.of("sha256", subject.digest().hex()));
      subjectList.add(entry);
    }
    Map<String, Object> statement = new LinkedHashMap<>();
    statement.put("_type", TYPE);
    statement.put("subject", subjectList);
    statement.put("predicateType", predicateType);
    statement.put("predicate", predicate);
    return Json.write(statement);
  }

  /**
   * Reads a statement. As its specification has it, unknown members are ignored.
   *
   * @throws ModelFormatException if the bytes are not a statement with SHA-256 subjects
   */
  public static InTotoStatement decode(byte[] bytes) {
    JsonObject statement = Json.read("in-toto statement", bytes, MAX_BYTES);
    if (!statement.string("_type").equals(TYPE)) {
      throw statement.wrong("_type", "'" + TYPE + "'", statement.string("_type"));
    }
    List<Subject> subjects = new ArrayList<>();
    for (JsonObject subject : statement.objects("subject")) {
      subjects
          .add(new Subject(subject.string("name"), subject.object("digest").digest("sha256")));
    }
    return new InTotoStatement(subjects, statement.string("predicateType"),
        statement.object("predicate"));
  }
}
