package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.TensorSpec;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxOutline;

/**
 * What a session takes and yields.
 *
 * @param ties which lengths must be equal
 * @param unknown the outputs whose number of dimensions nothing tells before a run; their specs have none
 */
record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs, Ties ties,
    Set<String> unknown) {
  /** @throws ModelFormatException if an input or output is of a kind or type that is not supported; names it */
  static Signature of(OrtSession session, OnnxOutline outline) throws OrtException {
    List<TensorSpec> inputs = new ArrayList<>();
    Ties ties = new Ties();
    for (Map.Entry<String, NodeInfo> entry : session.getInputInfo().entrySet()) {
      String where = "input '" + entry.getKey() + "'";
      TensorInfo info = requireTensor(entry.getValue(), where);
      DataType type = requireType(info, where);
      if (!Values.canBeMade(type)) {
        throw new ModelFormatException(where + " has type " + type
            + ", which ONNX Runtime's Java API cannot feed; a Cast in the graph, from a signed type, can");
      }
      if (outline.isShapeless(entry.getKey())) {
        throw new ModelFormatException(
            where + " declares no shape; expected one, with free dimensions if need be");
      }
      inputs.add(spec(entry.getKey(), type, info, where));
      ties.add(entry.getKey(), info.getDimensionNames());
    }
    List<TensorSpec> outputs = new ArrayList<>();
    Set<String> unknown = new HashSet<>();
    for (Map.Entry<String, NodeInfo> entry : session.getOutputInfo().entrySet()) {
      String where = "output '" + entry.getKey() + "'";
      TensorInfo info = requireTensor(entry.getValue(), where);
      outputs.add(spec(entry.getKey(), requireType(info, where), info, where));
      if (info.getShape().length == 0 && outline.isShapeless(entry.getKey())) {
        unknown.add(entry.getKey());
      }
    }
    return new Signature(List.copyOf(inputs), List.copyOf(outputs), ties, Set.copyOf(unknown));
  }

  private static TensorInfo requireTensor(NodeInfo node, String where) {
    if (node.getInfo() instanceof TensorInfo info) {
      return info;
    }
    throw new ModelFormatException(where + " is no tensor but a "
        + node.getInfo()
            .getClass()
            .getSimpleName()
            .replace("Info", "")
            .toLowerCase(
                Locale.ROOT)
        + " (" + node.getInfo() + "); supported are tensors");
  }

  private static DataType requireType(TensorInfo info, String where) {
    return Values.type(info)
        .orElseThrow(() -> new ModelFormatException(
            where + " has elements of type " + info.onnxType + ", which is not supported"));
  }

  private static TensorSpec spec(String name, DataType type, TensorInfo info, String where) {
    try {
      return new TensorSpec(name, type, Shape.of(info.getShape()));
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(where + ": " + e.getMessage(), e);
    }
  }

  /** Returns this signature with the numbers of dimensions that a run has shown, all of them free. */
  Signature withRanks(Map<String, Integer> ranks) {
    List<TensorSpec> known = outputs.stream().map(spec -> {
      Integer rank = ranks.get(spec.name());
      if (rank == null) {
        return spec;
      }
      long[] free = new long[rank];
      Arrays.fill(free, Shape.FREE);
      return new TensorSpec(spec.name(), spec.dataType(), Shape.of(free));
    }).toList();
    return new Signature(inputs, known, ties, Set.of());
  }
}
