package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/**
 * Runs a session. The first run with given shapes of inputs finds out the shapes of the outputs; later ones
 * have ONNX Runtime write into memory that is allocated for them and is then the caller's. A model whose
 * outputs turn out to have shapes that depend on more than the inputs' is run the first way for ever.
 */
final class Runner implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String file;
  private final Signature signature;
  private final List<String> outputNames;
  private final Set<String> copied;
  private final OutputShapes shapes;
  private final Scratch scratch = new Scratch();
  /** There if there are strings to check. */
  private final Optional<StringCheck> strings;
  private volatile boolean pinning = true;

  /** @param file how messages call the model */
  Runner(OrtEnvironment environment, OrtSession session, String file, Signature signature)
      throws OrtException {
    this.environment = environment;
    this.session = session;
    this.file = file;
    this.signature = signature;
    this.outputNames = signature.outputs().stream().map(TensorSpec::name).toList();
    this.copied = copied(signature);
    this.shapes = new OutputShapes(signature.inputs());
    this.strings = signature.outputs().stream().anyMatch(y -> y.dataType() == DataType.BYTES)
        ? Optional.of(StringCheck.open(environment))
        : Optional.empty();
  }

  /**
   * Returns the outputs that memory cannot be given for: for their type, or because they are inputs under
   * the same name, which ONNX Runtime hands back as they are without writing them anywhere.
   */
  private static Set<String> copied(Signature signature) {
    Set<String> inputs = new HashSet<>();
    signature.inputs().forEach(spec -> inputs.add(spec.name()));
    Set<String> copied = new LinkedHashSet<>();
    for (TensorSpec spec : signature.outputs()) {
      if (!Values.overMemory(spec.dataType()) || inputs.contains(spec.name())) {
        copied.add(spec.name());
      }
    }
    return copied;
  }

  Signature signature() {
    return signature;
  }

  /**
   * @throws IllegalArgumentException if the inputs do not fit
   * @throws InferenceException if ONNX Runtime fails
   */
  Tensors run(Tensors inputs) {
    inputs.check(signature.inputs());
    OutputShapes.Entry entry = shapes.find(inputs);
    if (entry == null) {
      signature.ties().check(inputs);
    }
    try (Feeds feeds = Feeds.of(environment, signature.inputs(), inputs, scratch)) {
      if (!pinning) {
        return copying(feeds);
      }
      if (entry == null) {
        Tensors outputs = copying(feeds);
        shapes.remember(inputs, shapesOf(outputs));
        return outputs;
      }
      try {
        return pinned(feeds, entry.outputs());
      } catch (OrtException e) {
        return again(feeds, entry.outputs());
      }
    } catch (OrtException e) {
      throw new InferenceException(file + ": " + e.getMessage(), e);
    }
  }

  /** Runs once more, after ONNX Runtime refused to write into memory or failed for another reason. */
  private Tensors again(Feeds feeds, List<Shape> expected) throws OrtException {
    Tensors outputs = copying(feeds);
    if (!shapesOf(outputs).equals(expected)) {
      pinning = false;
    }
    return outputs;
  }

  private List<Shape> shapesOf(Tensors outputs) {
    return outputNames.stream().map(name -> outputs.get(name).shape()).toList();
  }

  private Tensors copying(Feeds feeds) throws OrtException {
    try (OrtSession.Result result = session.run(feeds.tensors())) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      for (TensorSpec spec : signature.outputs()) {
        outputs.put(spec.name(), copy(result, spec));
      }
      return Tensors.of(outputs);
    }
  }

  private Tensor copy(OrtSession.Result result, TensorSpec spec) throws OrtException {
    String where = file + ": output '" + spec.name() + "'";
    OnnxTensor value = Values.requireTensor(result.get(spec.name()), where);
    Tensor tensor = spec.dataType() == DataType.BYTES
        ? strings(value, where)
        : Values.copy(value, spec.dataType(), where);
    if (!spec.shape().accepts(tensor.shape())) {
      throw new InferenceException(where + " has shape " + tensor.shape()
          + "; the model declares " + spec.shape());
    }
    return tensor;
  }

  private Tensor strings(OnnxTensor value, String where) throws OrtException {
    Values.requireType(value, DataType.BYTES, where);
    Shape shape = Values.shape(value);
    List<String> elements = Strings.read(value, shape);
    strings.orElseThrow().requireSame(value, elements, where);
    return Tensor.ofStrings(elements, shape.lengths());
  }

  private Tensors pinned(Feeds feeds, List<Shape> expected) throws OrtException {
    List<TensorSpec> specs = signature.outputs();
    @Nullable
    ByteBuffer[] memories = new @Nullable ByteBuffer[specs.size()];
    Map<String, OnnxTensor> pins = HashMap.newHashMap(memories.length);
    Set<String> asked = copied;
    try {
      for (int i = 0; i < memories.length; i++) {
        TensorSpec spec = specs.get(i);
        long bytes = expected.get(i).elements() * spec.dataType().size();
        if (copied.contains(spec.name())) {
          continue;
        }
        if (bytes == 0) {
          // memory that is nowhere cannot be given, and another call may have elements
          asked = new HashSet<>(asked);
          asked.add(spec.name());
          continue;
        }
        ByteBuffer memory = Scratch.allocate(Math.toIntExact(bytes));
        pins.put(spec.name(),
            Values.over(environment, spec.dataType(), expected.get(i), memory));
        memories[i] = memory;
      }
      try (OrtSession.Result result = session.run(feeds.tensors(), asked, pins)) {
        Map<String, Tensor> outputs = LinkedHashMap.newLinkedHashMap(memories.length);
        for (int i = 0; i < memories.length; i++) {
          TensorSpec spec = specs.get(i);
          ByteBuffer memory = memories[i];
          outputs.put(spec.name(), memory == null
              ? copy(result, spec)
              : Tensor.wrap(spec.dataType(), expected.get(i), memory));
        }
        return Tensors.of(outputs);
      }
    } finally {
      pins.values().forEach(OnnxTensor::close);
    }
  }

  /** Gives back what is the runner's; the session is not. */
  @Override
  public void close() throws OrtException {
    if (strings.isPresent()) {
      strings.get().close();
    }
  }
}
