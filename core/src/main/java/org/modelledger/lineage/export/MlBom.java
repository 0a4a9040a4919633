package org.modelledger.lineage.export;

import static org.modelledger.lineage.export.Tree.object;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.internal.json.Json;
import org.modelledger.lineage.Croissant;
import org.modelledger.lineage.DatasetStatement;
import org.modelledger.lineage.EvaluationStatement;
import org.modelledger.lineage.LineageStatement;
import org.modelledger.lineage.VersionLineage;
import org.modelledger.model.Digest;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.DataSource;

/**
 * A version as a machine-learning bill of materials, CycloneDX 1.6 in JSON: the model with its files and
 * model card, the data and the models it was made from. The same lineage gives the same bytes.
 */
public final class MlBom {
  private static final String MODEL = "machine-learning-model";

  private final VersionLineage lineage;
  /** What the model is made from, by reference; the same data or parent may be named twice. */
  private final Map<String, Map<String, Object>> components = new LinkedHashMap<>();

  private MlBom(VersionLineage lineage) {
    this.lineage = lineage;
  }

  /** Returns the bill of materials of a version. */
  public static byte[] toJson(VersionLineage lineage) {
    return new MlBom(lineage).write();
  }

  private byte[] write() {
    LineageStatement training = lineage.training();
    List<String> dataRefs = new ArrayList<>();
    training.facts().data().forEach(source -> dataRefs.add(data(source)));
    List<String> madeFrom = new ArrayList<>(dataRefs);
    training.facts().parents().forEach(parent -> madeFrom.add(parent(parent)));
    lineage.evaluations().forEach(it -> it.data().forEach(this::data));
    Map<String, Object> model = model(dataRefs.stream().distinct().toList());
    return Json.write(object("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat", "CycloneDX", "specVersion", "1.6", "serialNumber",
        "urn:uuid:" + Tree.uuid("CycloneDX", lineage.version().statement()), "version",
        // a later bill of the same version may know more evaluations
        1 + lineage.evaluations().size(), "metadata",
        object("timestamp", lineage.version().registeredAt().toString(), "component", model),
        "components", List.copyOf(components.values()), "dependencies",
        List.of(object("ref", modelRef(), "dependsOn",
            madeFrom.stream().distinct().toList()))));
  }

  private String modelRef() {
    return "model:" + lineage.version().id();
  }

  private Map<String, Object> model(List<String> dataRefs) {
    ModelVersion version = lineage.version();
    Map<String, Object> component = object("type", MODEL, "bom-ref", modelRef(), "name",
        version.id().model().value(), "version", Long.toString(version.id().number()), "hashes",
        hashes(version.artifact()));
    component.put("components", lineage.training()
        .manifest()
        .files()
        .stream()
        .map(file -> object("type", "file", "name", file.name(), "hashes",
            hashes(file.digest())))
        .toList());
    component.put("modelCard", card(dataRefs));
    component.put("properties", properties());
    return component;
  }

  private Map<String, Object> card(List<String> dataRefs) {
    Map<String, Object> parameters = object();
    lineage.training()
        .facts()
        .spec()
        .ifPresent(spec -> parameters.put("modelArchitecture", spec.algorithm()));
    parameters.put("datasets", dataRefs.stream().map(ref -> object("ref", ref)).toList());
    List<Map<String, Object>> metrics = new ArrayList<>();
    lineage.training()
        .metrics()
        .forEach((name, value) -> metrics.add(metric(name, value, "training")));
    for (EvaluationStatement evaluation : lineage.evaluations()) {
      evaluation.metrics()
          .forEach((name, value) -> metrics.add(metric(name, value, evaluation.evaluator())));
    }
    return object("modelParameters", parameters, "quantitativeAnalysis",
        object("performanceMetrics", metrics));
  }

  private static Map<String, Object> metric(String name, double value, String slice) {
    return object("type", name, "value", Double.toString(value), "slice", slice);
  }

  private List<Map<String, Object>> properties() {
    LineageStatement training = lineage.training();
    SortedMap<String, String> properties = new TreeMap<>();
    properties.put("modelledger:ledger", lineage.ledger());
    properties.put("modelledger:lineage-statement", lineage.version().statement().toString());
    properties.put("modelledger:trainer",
        training.facts().trainer().name() + " " + training.facts().trainer().version());
    properties.put("modelledger:training-started", training.facts().started().toString());
    properties.put("modelledger:training-finished", training.facts().finished().toString());
    training.facts()
        .environment()
        .forEach((name, value) -> properties.put("modelledger:environment:" + name, value));
    training.facts().spec().ifPresent(spec -> {
      properties.put("modelledger:seed", Long.toString(spec.seed()));
      spec.parameters()
          .forEach((name, value) -> properties.put("modelledger:parameter:" + name, value));
    });
    training.facts()
        .sourceRevision()
        .ifPresent(revision -> properties.put("modelledger:source-revision", revision));
    lineage.version()
        .revocation()
        .ifPresent(reason -> properties.put("modelledger:revoked", reason.toString()));
    return properties.entrySet()
        .stream()
        .map(entry -> object("name", entry.getKey(), "value", entry.getValue()))
        .toList();
  }

  private String parent(Digest artifact) {
    String ref = "artifact:" + artifact;
    components.putIfAbsent(ref, object("type", MODEL, "bom-ref", ref, "name", artifact.toString(),
        "hashes", hashes(artifact)));
    return ref;
  }

  private String data(DataSource source) {
    String ref = "data:" + source.digest();
    components.computeIfAbsent(ref, key -> dataComponent(ref, source));
    return ref;
  }

  private Map<String, Object> dataComponent(String ref, DataSource source) {
    Map<String, Object> content = object("type", "dataset", "name", source.name());
    Map<String, Object> component = object("type", "data", "bom-ref", ref, "name", source.name(),
        "hashes", hashes(source.digest()));
    lineage.dataset(source).ifPresent(dataset -> describe(dataset, component, content));
    component.put("data", List.of(content));
    return component;
  }

  private static void describe(DatasetStatement dataset, Map<String, Object> component,
      Map<String, Object> content) {
    dataset.croissant().ifPresent(it -> {
      it.version().ifPresent(version -> component.put("version", version));
      it.description().ifPresent(text -> component.put("description", text));
      it.license().ifPresent(license -> component.put("licenses", List.of(license(license))));
      it.url().filter(MlBom::isUri).ifPresent(url -> content.put("contents", object("url", url)));
      component.put("externalReferences", List.of(croissant(it)));
    });
    List<Map<String, Object>> properties = new ArrayList<>();
    properties.add(object("name", "modelledger:dataset", "value", dataset.name()));
    dataset.rows()
        .ifPresent(rows -> properties
            .add(object("name", "modelledger:rows", "value", Long.toString(rows))));
    dataset.columns()
        .forEach(column -> properties.add(object("name", "modelledger:column:" + column.name(),
            "value", column.type())));
    component.put("properties", properties);
  }

  /** A description that only its digest names has no place but this; its URL is that of the data set. */
  private static Map<String, Object> croissant(Croissant description) {
    return object("type", "other", "url",
        description.url().filter(MlBom::isUri).orElse("urn:sha256:" + description.document().hex()),
        "comment", "Croissant description", "hashes", hashes(description.document()));
  }

  private static Map<String, Object> license(String license) {
    Map<String, Object> named = object("name", license);
    if (isUri(license)) {
      named.put("url", license);
    }
    return object("license", named);
  }

  private static boolean isUri(String text) {
    try {
      return new URI(text).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static List<Map<String, Object>> hashes(Digest digest) {
    return List.of(object("alg", "SHA-256", "content", digest.hex()));
  }
}
