package org.modelledger.lineage.export;

import static org.modelledger.lineage.export.Tree.object;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.modelledger.internal.json.Json;
import org.modelledger.lineage.DataColumn;
import org.modelledger.lineage.DatasetStatement;
import org.modelledger.lineage.EvaluationStatement;
import org.modelledger.lineage.LineageStatement;
import org.modelledger.lineage.Statements;
import org.modelledger.lineage.VersionLineage;
import org.modelledger.model.Digest;
import org.modelledger.training.DataSource;
import org.modelledger.training.LineageFacts;

/**
 * The runs that a version comes from and went through as events of OpenLineage (specification 2-0-2):
 * a START and a COMPLETE of its training, and a COMPLETE of each evaluation. The same lineage gives the
 * same events, with the same run ids, so sending them again changes nothing.
 */
public final class OpenLineage {
  private static final String PRODUCER = "https://modelledger.org/";
  private static final String SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
  private static final String FACETS = "https://openlineage.io/spec/facets/";
  /** Content is addressed by digest, wherever it lies. */
  private static final String CONTENT = "sha256";

  private final VersionLineage lineage;

  private OpenLineage(VersionLineage lineage) {
    this.lineage = lineage;
  }

  /** Returns the events of a version in the order of time, each as JSON without line breaks. */
  public static List<byte[]> events(VersionLineage lineage) {
    return new OpenLineage(lineage).events();
  }

  /** Returns the events of a version as JSON Lines: one in each line. */
  public static byte[] toJsonLines(VersionLineage lineage) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (byte[] event : events(lineage)) {
      lines.writeBytes(event);
      lines.write('\n');
    }
    return lines.toByteArray();
  }

  private List<byte[]> events() {
    LineageFacts facts = lineage.training().facts();
    Map<String, Object> run = object("runId",
        Tree.uuid("OpenLineage", lineage.version().statement()).toString(), "facets",
        training());
    Map<String, Object> job = job("train", "TRAINING");
    List<Map<String, Object>> inputs = inputs();
    List<byte[]> events = new ArrayList<>();
    events.add(event("START", facts.started(), run, job, inputs, List.of()));
    events.add(event("COMPLETE", facts.finished(), run, job, inputs, List.of(output())));
    for (EvaluationStatement evaluation : lineage.evaluations()) {
      events.add(evaluated(evaluation));
    }
    return events;
  }

  private static byte[] event(String type, Instant time, Map<String, Object> run,
      Map<String, Object> job, List<Map<String, Object>> inputs,
      List<Map<String, Object>> outputs) {
    return Json.write(object("eventType", type, "eventTime", time.toString(), "producer", PRODUCER,
        "schemaURL", SCHEMA, "run", run, "job", job, "inputs", inputs, "outputs", outputs));
  }

  private Map<String, Object> job(String verb, String type) {
    return object("namespace", lineage.ledger(), "name",
        verb + " " + lineage.version().id().model(), "facets",
        object("jobType", facet("2-0-4/JobTypeJobFacet", "processingType", "BATCH", "integration",
            "MODELLEDGER", "jobType", type)));
  }

  private Map<String, Object> training() {
    LineageStatement training = lineage.training();
    Map<String, Object> facets = object("processing_engine",
        facet("1-1-1/ProcessingEngineRunFacet", "version", training.facts().trainer().version(),
            "name", training.facts().trainer().name()),
        "environmentVariables", facet("1-0-0/EnvironmentVariablesRunFacet", "environmentVariables",
            training.facts()
                .environment()
                .entrySet()
                .stream()
                .map(it -> object("name", it.getKey(), "value", it.getValue()))
                .toList()));
    training.facts().spec().ifPresent(spec -> {
      List<Map<String, Object>> parameters = new ArrayList<>();
      parameters.add(object("key", "algorithm", "value", spec.algorithm()));
      parameters.add(object("key", "seed", "value", Long.toString(spec.seed())));
      spec.parameters()
          .forEach((name, value) -> parameters
              .add(object("key", "parameters." + name, "value", value)));
      facets.put("executionParameters",
          facet("1-0-0/ExecutionParametersRunFacet", "parameters", parameters));
    });
    facets.put("modelledger_training", ownFacet("training", "statement",
        lineage.version().statement().toString(), "metrics", training.metrics()));
    return facets;
  }

  private List<Map<String, Object>> inputs() {
    List<Map<String, Object>> inputs = new ArrayList<>();
    lineage.training()
        .facts()
        .data()
        .stream()
        .distinct()
        .forEach(source -> inputs.add(data(source)));
    lineage.training()
        .facts()
        .parents()
        .stream()
        .distinct()
        .forEach(parent -> inputs.add(object("namespace", CONTENT, "name", parent.hex(), "facets",
            object("version", version(parent.toString())))));
    return inputs;
  }

  private Map<String, Object> data(DataSource source) {
    Map<String, Object> facets = object("version", version(source.digest().toString()),
        "documentation", facet("1-1-0/DocumentationDatasetFacet", "description", source.name()));
    Map<String, Object> input = object("namespace", CONTENT, "name", source.digest().hex(),
        "facets", facets);
    lineage.dataset(source).ifPresent(dataset -> describe(dataset, facets, input));
    return input;
  }

  private static void describe(DatasetStatement dataset, Map<String, Object> facets,
      Map<String, Object> input) {
    if (!dataset.columns().isEmpty()) {
      facets.put("schema", facet("1-2-0/SchemaDatasetFacet", "fields",
          dataset.columns().stream().map(OpenLineage::column).toList()));
    }
    // of the whole data set, so it is told of a file only where that is the whole
    if (dataset.rows().isPresent() && dataset.files().size() == 1) {
      input.put("inputFacets", object("inputStatistics", facet(
          "1-0-0/InputStatisticsInputDatasetFacet", "rowCount",
          dataset.rows().getAsLong())));
    }
  }

  private static Map<String, Object> column(DataColumn column) {
    return column.type().isEmpty()
        ? object("name", column.name())
        : object("name", column.name(), "type", column.type());
  }

  private Map<String, Object> output() {
    return object("namespace", lineage.ledger(), "name", lineage.version().id().model().value(),
        "facets",
        object("version", version(Long.toString(lineage.version().id().number())),
            "modelledger_artifact", ownFacet("artifact", "artifact",
                lineage.version().artifact().toString())));
  }

  private byte[] evaluated(EvaluationStatement evaluation) {
    List<Map<String, Object>> tests = new ArrayList<>();
    evaluation.passed().forEach(name -> tests.add(test(name, "pass", "error")));
    evaluation.warned().forEach(name -> tests.add(test(name, "fail", "warn")));
    evaluation.failed().forEach(name -> tests.add(test(name, "fail", "error")));
    Digest identity = Digest.sha256(Statements.encode(evaluation));
    Map<String, Object> run = object("runId", Tree.uuid("OpenLineage", identity).toString(),
        "facets",
        object("test", facet("1-0-1/TestRunFacet", "tests", tests), "modelledger_evaluation",
            ownFacet("evaluation", "evaluator", evaluation.evaluator(), "result",
                evaluation.result().name(), "metrics", evaluation.metrics())));
    List<Map<String, Object>> inputs = new ArrayList<>(List.of(output()));
    evaluation.data().stream().distinct().forEach(source -> inputs.add(data(source)));
    return event("COMPLETE", evaluation.time(), run, job("evaluate", "EVALUATION"), inputs,
        List.of());
  }

  private static Map<String, Object> test(String name, String status, String severity) {
    return object("name", name, "status", status, "severity", severity);
  }

  private static Map<String, Object> version(String version) {
    return facet("1-0-1/DatasetVersionDatasetFacet", "datasetVersion", version);
  }

  /** A facet of OpenLineage's own: where its schema is, and its members. */
  private static Map<String, Object> facet(String schema, Object... members) {
    String name = schema.substring(schema.indexOf('/') + 1);
    return withMembers(FACETS + schema + ".json#/$defs/" + name, members);
  }

  /** A facet of ours, docs/lineage.md. */
  private static Map<String, Object> ownFacet(String name, Object... members) {
    return withMembers("https://modelledger.org/openlineage/" + name + "/v1", members);
  }

  private static Map<String, Object> withMembers(String schema, Object... members) {
    Map<String, Object> facet = object("_producer", PRODUCER, "_schemaURL", schema);
    facet.putAll(object(members));
    return facet;
  }
}
