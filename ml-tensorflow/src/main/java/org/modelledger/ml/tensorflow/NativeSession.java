package org.modelledger.ml.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphOperationByName;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OperationNumOutputs;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OperationOutputType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionRun;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFormatException;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.proto.ConfigProto;

/**
 * One signature of a loaded SavedModel, run through TensorFlow's C interface: TensorFlow Java's own tensors lack four of
 * the protocol's types. Any number of threads may run it; whoever closes it sees to it that none does.
 */
final class NativeSession implements AutoCloseable {
  private final SavedSignature signature;
  private final TF_Graph graph;
  private final TF_Session session;
  private final TF_Output feeds;
  private final TF_Output fetches;

  private NativeSession(SavedSignature signature, TF_Graph graph, TF_Session session,
      TF_Output feeds, TF_Output fetches) {
    this.signature = signature;
    this.graph = graph;
    this.session = session;
    this.feeds = feeds;
    this.fetches = fetches;
  }

  /**
   * Loads a SavedModel, its variables and what it initializes completely.
   *
   * @throws ModelFormatException if TensorFlow cannot load it, or the signature does not fit the graph; says what
   *     TensorFlow says
   */
  @SuppressWarnings("try") // a scope is there to be closed
  static NativeSession load(Path directory, SavedSignature signature, Set<String> tags,
      ConfigProto config) {
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      TF_SessionOptions options = Computing.options(config, status);
      require(status);
      TF_Graph graph = TF_Graph.newGraph();
      TF_Session session = TF_Session.loadSessionFromSavedModel(options, null,
          directory.toString(), tags.toArray(String[]::new), graph, TF_Buffer.newBuffer(), status);
      require(status);
      TF_Output feeds = outputs(graph, signature.inputs(), signature.feeds());
      TF_Output fetches = outputs(graph, signature.outputs(), signature.fetches());
      return new NativeSession(signature, graph.retainReference(), session.retainReference(),
          feeds.retainReference(), fetches.retainReference());
    }
  }

  private static void require(TF_Status status) {
    if (!Native.isOk(status)) {
      throw new ModelFormatException(Native.message(status));
    }
  }

  private static TF_Output outputs(TF_Graph graph, List<TensorSpec> specs, List<String> names) {
    TF_Output outputs = new TF_Output(Math.max(1, names.size()));
    for (int i = 0; i < names.size(); i++) {
      String where = SavedSignature.FILE + ": '" + specs.get(i).name() + "' is the graph's tensor '"
          + names.get(i) + "'";
      int colon = names.get(i).lastIndexOf(':');
      int index = 0;
      if (colon >= 0) {
        try {
          index = Integer.parseInt(names.get(i), colon + 1, names.get(i).length(), 10);
        } catch (NumberFormatException e) {
          throw new ModelFormatException(where + "; expected operation:index", e);
        }
      }
      TF_Operation operation = TF_GraphOperationByName(graph,
          colon < 0 ? names.get(i) : names.get(i).substring(0, colon));
      if (operation == null || operation.isNull() || index < 0
          || index >= TF_OperationNumOutputs(operation)) {
        throw new ModelFormatException(where + ", which the graph does not have");
      }
      TF_Output output = outputs.getPointer(i).oper(operation).index(index);
      // a reference (100 and above) is read when it is fetched
      int type = TF_OperationOutputType(output) % REFERENCE;
      if (type != TensorFlowTypes.number(specs.get(i).dataType())) {
        throw new ModelFormatException(where + ", which has TensorFlow's type " + type
            + " there; the signature declares " + specs.get(i).dataType());
      }
    }
    return outputs;
  }

  private static final int REFERENCE = 100;

  /** @throws InferenceException if TensorFlow failed */
  @SuppressWarnings("try") // a scope is there to be closed
  Tensors run(Tensors tensors) {
    List<Tensor> inputs = new ArrayList<>();
    signature.inputs().forEach(spec -> inputs.add(tensors.get(spec.name())));
    int wanted = signature.outputs().size();
    List<TF_Tensor> copies = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      PointerPointer<TF_Tensor> in = new PointerPointer<>(Math.max(1, inputs.size()));
      PointerPointer<TF_Tensor> out = new PointerPointer<>(wanted);
      for (int i = 0; i < wanted; i++) {
        out.put(i, (TF_Tensor) null);
      }
      try {
        for (int i = 0; i < inputs.size(); i++) {
          copies.add(NativeTensors.copyOf(inputs.get(i)));
          in.put(i, copies.get(i));
        }
        TF_Status status = TF_Status.newStatus();
        TF_SessionRun(session, null, feeds, in, inputs.size(), fetches, out, wanted,
            (PointerPointer<TF_Operation>) null, 0, null, status);
        if (!Native.isOk(status)) {
          throw new InferenceException("TensorFlow failed: " + Native.message(status));
        }
        return read(out);
      } finally {
        for (int i = 0; i < wanted; i++) {
          TF_Tensor output = out.get(TF_Tensor.class, i);
          if (output != null && !output.isNull()) {
            TF_DeleteTensor(output);
          }
        }
        for (int i = 0; i < copies.size(); i++) {
          NativeTensors.delete(copies.get(i), inputs.get(i));
        }
      }
    }
  }

  private Tensors read(PointerPointer<TF_Tensor> out) {
    Map<String, Tensor> results = new LinkedHashMap<>();
    for (int i = 0; i < signature.outputs().size(); i++) {
      TensorSpec spec = signature.outputs().get(i);
      Tensor result = NativeTensors.read(out.get(TF_Tensor.class, i), spec.dataType(), spec.name());
      if (!spec.shape().accepts(result.shape())) {
        throw new InferenceException("output '" + spec.name() + "' came as " + result.shape()
            + "; the signature declares " + spec.shape());
      }
      results.put(spec.name(), result);
    }
    return Tensors.of(results);
  }

  @Override
  public void close() {
    session.releaseReference();
    graph.releaseReference();
    feeds.releaseReference();
    fetches.releaseReference();
  }
}
