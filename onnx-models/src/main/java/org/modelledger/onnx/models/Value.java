package org.modelledger.onnx.models;

/**
 * A tensor that flows through a graph.
 *
 * @param name unique in the graph
 */
public record Value(String name) {}
