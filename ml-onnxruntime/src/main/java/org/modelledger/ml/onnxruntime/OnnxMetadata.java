package org.modelledger.ml.onnxruntime;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a model says of itself. Texts are empty where it says nothing.
 *
 * @param producer the program that made it
 * @param graph the graph's name
 * @param domain in reverse-DNS form, such as {@code org.acme}
 * @param version of the model, by its maker's counting
 * @param description of the model
 * @param graphDescription of the graph
 * @param custom metadata properties by name
 */
public record OnnxMetadata(String producer, String graph, String domain, long version,
    String description, String graphDescription, Map<String, String> custom) {
  public OnnxMetadata {
    Objects.requireNonNull(producer, "producer");
    Objects.requireNonNull(graph, "graph");
    Objects.requireNonNull(domain, "domain");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(graphDescription, "graphDescription");
    custom = Collections.unmodifiableMap(new TreeMap<>(custom));
  }
}
