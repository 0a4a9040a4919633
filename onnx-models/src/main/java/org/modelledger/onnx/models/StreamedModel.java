package org.modelledger.onnx.models;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxWriter;

/** The graph in memory, the weights made while they are read. */
final class StreamedModel implements ModelFiles {
  private final byte[] graph;
  private final Weights weights;
  private final List<StoredParameter> outside;
  private final List<Long> offsets;
  private final long length;
  private final SortedSet<String> names;

  /** @param length of the weights' file, 0 if there is none */
  StreamedModel(OnnxModel model, Weights weights, List<StoredParameter> outside,
      List<Long> offsets, long length) {
    this.graph = OnnxWriter.write(model);
    this.weights = weights;
    this.outside = List.copyOf(outside);
    this.offsets = List.copyOf(offsets);
    this.length = length;
    TreeSet<String> files = new TreeSet<>(List.of(GraphBuilder.GRAPH_FILE));
    if (length > 0) {
      files.add(GraphBuilder.WEIGHTS_FILE);
    }
    this.names = Collections.unmodifiableSortedSet(files);
  }

  @Override
  public SortedSet<String> names() {
    return names;
  }

  @Override
  public long size(String name) {
    return isGraph(name) ? graph.length : length;
  }

  @Override
  public InputStream open(String name) {
    return isGraph(name)
        ? new ByteArrayInputStream(graph)
        : new WeightsStream(weights, outside, offsets);
  }

  private boolean isGraph(String name) {
    if (!names.contains(name)) {
      throw new IllegalArgumentException("no file '" + name + "'; the model has " + names);
    }
    return name.equals(GraphBuilder.GRAPH_FILE);
  }

  @Override
  public String toString() {
    return "ModelFiles" + names;
  }
}
