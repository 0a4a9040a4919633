package org.modelledger.lineage;

import static org.modelledger.lineage.Predicates.instant;
import static org.modelledger.lineage.Predicates.metrics;
import static org.modelledger.lineage.Predicates.object;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.artifact.ArtifactFile;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.inference.EngineInfo;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.internal.intoto.InTotoStatement.Subject;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.training.DataSource;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainingSpec;

/** Lineage as SLSA provenance v1 (slsa.dev/spec/v1.0/provenance), docs/formats/lineage.md. */
final class SlsaProvenance {
  static final String PREDICATE_TYPE = "https://slsa.dev/provenance/v1";
  private static final String BUILD_TYPE = "https://modelledger.org/training/v1";
  private static final String TRAINERS = "https://modelledger.org/trainers/";
  /** The name of the whole, which no file can have. */
  private static final String WHOLE = ".";
  private static final String DATA = "data";
  private static final String PARENT = "parent";

  private SlsaProvenance() {}

  static byte[] encode(LineageStatement statement) {
    List<Subject> subjects = new ArrayList<>();
    subjects.add(new Subject(WHOLE, statement.artifact()));
    statement.manifest()
        .files()
        .forEach(file -> subjects.add(new Subject(file.name(), file.digest())));
    LineageFacts facts = statement.facts();
    return InTotoStatement.encode(subjects, PREDICATE_TYPE,
        object("buildDefinition",
            object("buildType", BUILD_TYPE, "externalParameters", asked(facts),
                "internalParameters", surroundings(facts), "resolvedDependencies",
                dependencies(facts)),
            "runDetails",
            object("builder",
                object("id", TRAINERS + segment(facts.trainer().name()), "version",
                    object(facts.trainer().name(), facts.trainer().version())),
                "metadata",
                object("startedOn", facts.started().toString(), "finishedOn",
                    facts.finished().toString(), "modelledger_metrics", statement.metrics()))));
  }

  private static Map<String, Object> asked(LineageFacts facts) {
    return facts.spec()
        .map(spec -> object("algorithm", spec.algorithm(), "features", spec.features(), "target",
            // as text, because a JSON number need not keep 64 bits (RFC 8259 §6)
            spec.target(), "seed", Long.toString(spec.seed()), "parameters", spec.parameters()))
        .orElse(Map.of());
  }

  private static Map<String, Object> surroundings(LineageFacts facts) {
    Map<String, Object> members = object("device", facts.trainer().device(), "threads",
        facts.trainer().threads(), "environment", facts.environment());
    facts.sourceRevision().ifPresent(revision -> members.put("sourceRevision", revision));
    return members;
  }

  private static List<Map<String, Object>> dependencies(LineageFacts facts) {
    List<Map<String, Object>> dependencies = new ArrayList<>();
    facts.data().forEach(data -> dependencies.add(dependency(data.name(), data.digest(), DATA)));
    facts.parents().forEach(parent -> dependencies.add(dependency(WHOLE, parent, PARENT)));
    return dependencies;
  }

  private static Map<String, Object> dependency(String name, Digest digest, String role) {
    return object("name", name, "digest", object("sha256", digest.hex()), "annotations",
        object("role", role));
  }

  /** @throws org.modelledger.model.ModelLedgerException if it is another statement, or inconsistent */
  static LineageStatement decode(byte[] payload) {
    InTotoStatement statement = InTotoStatement.decode(payload);
    if (!statement.predicateType().equals(PREDICATE_TYPE)) {
      throw new ModelFormatException("the predicate type is '" + statement.predicateType()
          + "', expected '" + PREDICATE_TYPE + "'");
    }
    JsonObject definition = statement.predicate().object("buildDefinition");
    if (!definition.string("buildType").equals(BUILD_TYPE)) {
      throw definition.wrong("buildType", "'" + BUILD_TYPE + "'", definition.string("buildType"));
    }
    JsonObject details = statement.predicate().object("runDetails");
    JsonObject metadata = details.object("metadata");
    JsonObject internal = definition.object("internalParameters");
    Instant started = instant(metadata, "startedOn");
    Instant finished = instant(metadata, "finishedOn");
    if (finished.isBefore(started)) {
      throw metadata.wrong("finishedOn", "a time that is not before " + started, finished);
    }
    LineageFacts.Builder facts = LineageFacts
        .builder(trainer(details.object("builder"), internal), started, finished)
        .data(data(definition))
        .parents(parents(definition))
        .environment(texts(internal.object("environment")));
    spec(definition.object("externalParameters")).ifPresent(facts::spec);
    internal.optionalString("sourceRevision").ifPresent(facts::sourceRevision);
    return new LineageStatement(manifest(statement.subjects()), facts.build(),
        metrics(metadata.object("modelledger_metrics")));
  }

  private static ArtifactManifest manifest(List<Subject> subjects) {
    List<ArtifactFile> files = new ArrayList<>();
    Optional<Digest> whole = Optional.empty();
    for (Subject subject : subjects) {
      if (!subject.name().equals(WHOLE)) {
        files.add(new ArtifactFile(subject.name(), subject.digest()));
      } else if (whole.isPresent()) {
        throw new ModelFormatException("the statement has two subjects named '.'");
      } else {
        whole = Optional.of(subject.digest());
      }
    }
    ArtifactManifest manifest = new ArtifactManifest(files);
    if (!whole.equals(Optional.of(manifest.digest()))) {
      throw new ModelFormatException("the statement is about the artifact "
          + whole.map(Digest::toString).orElse("(none is named '.')") + ", but its files have "
          + manifest.digest());
    }
    return manifest;
  }

  private static EngineInfo trainer(JsonObject builder, JsonObject internal) {
    String id = builder.string("id");
    if (!id.startsWith(TRAINERS)) {
      throw builder.wrong("id", "a URI below " + TRAINERS, id);
    }
    try {
      String name = URLDecoder.decode(id.substring(TRAINERS.length()), StandardCharsets.UTF_8);
      return new EngineInfo(name, builder.object("version").string(name),
          internal.string("device"), Math.toIntExact(internal.integer("threads")));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ModelFormatException(builder + " does not describe a trainer: " + e.getMessage(),
          e);
    }
  }

  private static Optional<TrainingSpec> spec(JsonObject asked) {
    if (!asked.has("algorithm")) {
      return Optional.empty();
    }
    TrainingSpec.Builder spec = TrainingSpec.builder(asked.string("algorithm"))
        .features(asked.string("features"))
        .target(asked.string("target"));
    try {
      spec.seed(Long.parseLong(asked.string("seed")));
    } catch (NumberFormatException e) {
      throw asked.wrong("seed", "a whole number of 64 bits as a string", asked.string("seed"));
    }
    texts(asked.object("parameters")).forEach(spec::parameter);
    return Optional.of(spec.build());
  }

  private static List<DataSource> data(JsonObject definition) {
    return definition.objects("resolvedDependencies")
        .stream()
        .filter(it -> role(it).equals(DATA))
        .map(it -> new DataSource(it.string("name"), it.object("digest").digest("sha256")))
        .toList();
  }

  private static List<Digest> parents(JsonObject definition) {
    return definition.objects("resolvedDependencies")
        .stream()
        .filter(it -> role(it).equals(PARENT))
        .map(it -> it.object("digest").digest("sha256"))
        .toList();
  }

  private static String role(JsonObject dependency) {
    String role = dependency.object("annotations").string("role");
    if (!role.equals(DATA) && !role.equals(PARENT)) {
      throw dependency.wrong("annotations.role", "'data' or 'parent'", role);
    }
    return role;
  }

  private static SortedMap<String, String> texts(JsonObject object) {
    SortedMap<String, String> texts = new TreeMap<>();
    object.names().forEach(name -> texts.put(name, object.string(name)));
    return texts;
  }

  private static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
