package org.modelledger.ml.tensorflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.TensorSpec;
import org.modelledger.model.ModelFormatException;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * One signature of a SavedModel.
 *
 * @param inputs in the order of their names, as the outputs are: a signature has them in a map
 * @param feeds the graph's tensors for them, {@code operation:index}
 */
record SavedSignature(List<TensorSpec> inputs, List<String> feeds, List<TensorSpec> outputs,
    List<String> fetches) {
  static final String FILE = "saved_model.pb";

  /** @throws ModelFormatException if the model has no such graph or signature, or that cannot be used */
  static SavedSignature of(SavedModel model, Set<String> tags, String key) {
    SignatureDef signature = signature(graph(model, tags), key);
    if (signature.getOutputsCount() == 0) {
      throw new ModelFormatException(FILE + ": signature '" + key + "' has no outputs");
    }
    List<String> feeds = new ArrayList<>();
    List<String> fetches = new ArrayList<>();
    return new SavedSignature(
        specs(signature.getInputsMap(), "input", feeds), List.copyOf(feeds),
        specs(signature.getOutputsMap(), "output", fetches), List.copyOf(fetches));
  }

  private static MetaGraphDef graph(SavedModel model, Set<String> tags) {
    List<Set<String>> found = new ArrayList<>();
    for (MetaGraphDef graph : model.getMetaGraphsList()) {
      Set<String> its = new TreeSet<>(graph.getMetaInfoDef().getTagsList());
      if (its.equals(tags)) {
        return graph;
      }
      found.add(its);
    }
    throw new ModelFormatException(
        FILE + " has graphs with the tags " + found + "; expected one with "
            + new TreeSet<>(tags) + " (option '" + TensorFlowOptions.TAGS + "')");
  }

  private static SignatureDef signature(MetaGraphDef graph, String key) {
    SignatureDef signature = graph.getSignatureDefMap().get(key);
    if (signature == null) {
      throw new ModelFormatException(FILE + " has the signatures "
          + new TreeSet<>(graph.getSignatureDefMap().keySet()) + "; expected '" + key
          + "' (option '"
          + TensorFlowOptions.SIGNATURE + "')");
    }
    return signature;
  }

  private static List<TensorSpec> specs(Map<String, TensorInfo> tensors, String what,
      List<String> names) {
    List<TensorSpec> specs = new ArrayList<>();
    new TreeMap<>(tensors).forEach((name, info) -> {
      String where = FILE + ": " + what + " '" + name + "'";
      if (info.getEncodingCase() != TensorInfo.EncodingCase.NAME) {
        throw new ModelFormatException(where + " is encoded as " + info.getEncodingCase()
            + ", which is not supported; supported is a dense tensor");
      }
      DataType type = TensorFlowTypes.of(info.getDtype())
          .orElseThrow(() -> new ModelFormatException(where + " has type " + info.getDtype()
              + ", which is not supported; supported are " + TensorFlowTypes.known()));
      Shape shape = shape(info.getTensorShape(), where);
      try {
        specs.add(new TensorSpec(name, type, shape));
      } catch (IllegalArgumentException e) {
        throw new ModelFormatException(where + ": " + e.getMessage(), e);
      }
      names.add(info.getName());
    });
    return List.copyOf(specs);
  }

  private static Shape shape(TensorShapeProto shape, String where) {
    if (shape.getUnknownRank()) {
      throw new ModelFormatException(where
          + " has an unknown number of dimensions, which is not supported; expected a shape, with free dimensions"
          + " if need be");
    }
    try {
      return Shape
          .of(shape.getDimList().stream().mapToLong(TensorShapeProto.Dim::getSize).toArray());
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(where + ": " + e.getMessage(), e);
    }
  }
}
