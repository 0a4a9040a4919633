package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/** An ONNX graph, ready to run on the caller's thread. */
final class ExactModel extends BitExactModel {
  static final String TYPES = "FLOAT, DOUBLE, INT32, INT64, BOOL, STRING";

  /** What is larger is not kept for the next call. */
  private static final long MAX_KEPT_ROOM = 1 << 20;

  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final Map<String, Slot> constants = new HashMap<>();
  private final Map<String, DataType> inputTypes = new LinkedHashMap<>();
  private final List<String> outputNames;
  private final List<Plan.Step> steps = new ArrayList<>();
  private final AtomicReferenceArray<Plan> idle = new AtomicReferenceArray<>(
      Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));

  /** @throws ModelFormatException if the graph needs what is not supported */
  ExactModel(OnnxModel onnx, BooleanSupplier engineClosed) {
    super(engineClosed);
    requireOpsets(onnx);
    Set<String> matrices = Convolutions.weights(onnx);
    for (OnnxTensor tensor : onnx.initializers().values()) {
      constants.put(tensor.name(), constant(tensor, "initializer '" + tensor.name() + "'",
          matrices.contains(tensor.name())));
    }
    for (int i = 0; i < onnx.nodes().size(); i++) {
      steps.add(Operators.step(onnx.nodes().get(i), i));
    }
    List<TensorSpec> specs = new ArrayList<>();
    for (OnnxValue input : onnx.inputs()) {
      TensorSpec spec = spec(input, "input '" + input.name() + "'");
      specs.add(spec);
      inputTypes.put(spec.name(), spec.dataType());
    }
    this.inputs = List.copyOf(specs);
    this.outputNames = onnx.outputNames();
    this.outputs = outputs(onnx);
  }

  private static void requireOpsets(OnnxModel onnx) {
    Map<String, Long> opsets = onnx.opsets();
    // whoever needs none of a domain need not import it
    long opset = opsets.getOrDefault("", opsets.containsKey(MlOperators.DOMAIN)
        && onnx.nodes().stream().noneMatch(node -> node.domain().isEmpty())
            ? Operators.OLDEST_OPSET
            : 0L);
    if (opset < Operators.OLDEST_OPSET || opset > Operators.NEWEST_OPSET) {
      throw new ModelFormatException(
          "the model imports version " + opset + " of ONNX's operators; supported are "
              + Operators.OLDEST_OPSET + " to " + Operators.NEWEST_OPSET);
    }
    if (opset < Operators.SETTLED_OPSET) {
      for (int i = 0; i < onnx.nodes().size(); i++) {
        OnnxNode node = onnx.nodes().get(i);
        if (node.domain().isEmpty() && !Operators.SETTLED_EARLIER.contains(node.operator())) {
          throw new ModelFormatException("node " + i + " " + node.operator() + " is of version "
              + opset + " of ONNX's operators; supported are " + Operators.SETTLED_OPSET + " to "
              + Operators.NEWEST_OPSET + ", and from " + Operators.OLDEST_OPSET + " on "
              + new TreeSet<>(Operators.SETTLED_EARLIER));
        }
      }
    }
    long ml = opsets.getOrDefault(MlOperators.DOMAIN, (long) MlOperators.OLDEST_OPSET);
    if (ml < MlOperators.OLDEST_OPSET || ml > MlOperators.NEWEST_OPSET) {
      throw new ModelFormatException("the model imports version " + ml + " of the operators of '"
          + MlOperators.DOMAIN + "'; supported are " + MlOperators.OLDEST_OPSET + " to "
          + MlOperators.NEWEST_OPSET);
    }
  }

  static Optional<DataType> type(OnnxDataType type) {
    return switch (type) {
      case FLOAT -> Optional.of(DataType.FP32);
      case DOUBLE -> Optional.of(DataType.FP64);
      case INT32 -> Optional.of(DataType.INT32);
      case INT64 -> Optional.of(DataType.INT64);
      case BOOL -> Optional.of(DataType.BOOL);
      case STRING -> Optional.of(DataType.BYTES);
      default -> Optional.empty();
    };
  }

  private static DataType type(OnnxDataType type, String where) {
    return type(type).orElseThrow(() -> new ModelFormatException(
        where + " has type " + type + ", which is not supported; supported are " + TYPES));
  }

  static Slot constant(OnnxTensor tensor, String where) {
    return constant(tensor, where, false);
  }

  private static Slot constant(OnnxTensor tensor, String where, boolean matrix) {
    DataType type = type(tensor.type(), where);
    int[] shape = new int[tensor.shape().size()];
    for (int i = 0; i < shape.length; i++) {
      long length = tensor.shape().get(i);
      if (length > Integer.MAX_VALUE) {
        throw new ModelFormatException(
            where + " has shape " + tensor.shape() + "; supported are lengths up to "
                + Integer.MAX_VALUE);
      }
      shape[i] = (int) length;
    }
    try {
      Slot slot = matrix && shape.length >= 2
          ? Slot.allocateMatrix(type, shape)
          : Slot.allocate(type, shape, true);
      slot.read(tensor.data());
      return slot;
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(where + ": " + e.getMessage(), e);
    }
  }

  private static TensorSpec spec(OnnxValue value, String where) {
    DataType type = type(value.type(), where);
    List<OnnxDimension> dimensions = value.shape()
        .orElseThrow(() -> new ModelFormatException(
            where
                + " declares no shape, which is not supported; expected one, with free dimensions if need be"));
    long[] lengths = new long[dimensions.size()];
    if (lengths.length > Shape.MAX_RANK) {
      throw new ModelFormatException(
          where + " has " + lengths.length + " dimensions; supported are up to " + Shape.MAX_RANK);
    }
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = switch (dimensions.get(i)) {
        case OnnxDimension.Fixed(long size) -> size;
        case OnnxDimension.Free free -> Shape.FREE;
      };
      if (lengths[i] > Integer.MAX_VALUE) {
        throw new ModelFormatException(
            where + " has a dimension of " + lengths[i] + "; supported are up to "
                + Integer.MAX_VALUE);
      }
    }
    return new TensorSpec(value.name(), type, Shape.of(lengths));
  }

  /** Lays the graph out twice, so that whatever cannot run is refused now, and sees what stays the same. */
  private List<TensorSpec> outputs(OnnxModel onnx) {
    Map<String, Slot> one = rehearse(1).outputs();
    Map<String, Slot> two = rehearse(2).outputs();
    Map<String, OnnxValue> declared = new HashMap<>();
    onnx.outputs().forEach(value -> declared.put(value.name(), value));
    List<TensorSpec> specs = new ArrayList<>();
    for (String name : outputNames) {
      Slot a = Objects.requireNonNull(one.get(name));
      Slot b = Objects.requireNonNull(two.get(name));
      String where = "output '" + name + "'";
      long[] lengths = new long[a.rank()];
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = a.shape[i] == b.shape[i] ? a.shape[i] : Shape.FREE;
      }
      TensorSpec spec = new TensorSpec(name, a.type, Shape.of(lengths));
      OnnxValue value = declared.get(name);
      if (value == null) {
        // not a tensor: a sequence of maps, of which the tensor that the maps are made of is what we have
        requireZipMap(onnx, name);
      } else if (type(value.type(), where) != a.type || !agrees(value, lengths)) {
        throw new ModelFormatException(where + " is declared as " + value.type() + " "
            + value.shape().map(Object::toString).orElse("") + ", but computed as " + spec);
      }
      specs.add(spec);
    }
    return List.copyOf(specs);
  }

  private static void requireZipMap(OnnxModel onnx, String name) {
    boolean zipMap = onnx.nodes()
        .stream()
        .anyMatch(node -> node.outputs().contains(name) && node.operator().equals("ZipMap"));
    if (!zipMap) {
      throw new ModelFormatException("output '" + name
          + "' is not declared as a tensor, which is supported for what ZipMap makes only");
    }
  }

  private static boolean agrees(OnnxValue declared, long[] lengths) {
    if (declared.shape().isEmpty()) {
      return true;
    }
    List<OnnxDimension> dimensions = declared.shape().get();
    if (dimensions.size() != lengths.length) {
      return false;
    }
    for (int i = 0; i < lengths.length; i++) {
      // converters of LightGBM declare one label, whatever the batch
      boolean oneOfBatch = i == 0 && lengths[i] == Shape.FREE
          && dimensions.get(i).equals(OnnxDimension.of(1));
      if (dimensions.get(i) instanceof OnnxDimension.Fixed(long size) && lengths[i] != size
          && !oneOfBatch) {
        return false;
      }
    }
    return true;
  }

  private Plan rehearse(int free) {
    Map<String, int[]> shapes = new HashMap<>();
    for (TensorSpec input : inputs) {
      shapes.put(input.name(), Arrays.stream(input.shape().lengths())
          .mapToInt(length -> length == Shape.FREE ? free : (int) length)
          .toArray());
    }
    try {
      return new Plan(constants, inputTypes, shapes, steps, outputNames);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(
          "with " + free + " for every free dimension, " + e.getMessage(), e);
    }
  }

  @Override
  public List<TensorSpec> inputs() {
    requireOpen();
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    requireOpen();
    return outputs;
  }

  @Override
  public Tensors run(Tensors tensors) throws InterruptedException {
    requireOpen();
    tensors.check(inputs);
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the model ran");
    }
    Plan plan = take(tensors);
    Tensors results = plan.run(tensors);
    giveBack(plan);
    return results;
  }

  /** Returns what a node does. */
  Plan.Step step(int node) {
    return steps.get(node);
  }

  /** Returns a value that is there before a node runs; does not run it or what comes after. */
  Tensor upTo(int node, String value, Tensors tensors) {
    return new Plan(constants, inputTypes, shapes(tensors), steps.subList(0, node), List.of(value))
        .run(tensors)
        .get(value);
  }

  private static Map<String, int[]> shapes(Tensors tensors) {
    Map<String, int[]> shapes = new HashMap<>();
    for (Map.Entry<String, Tensor> tensor : tensors.asMap().entrySet()) {
      shapes.put(tensor.getKey(),
          Arrays.stream(tensor.getValue().shape().lengths()).mapToInt(Math::toIntExact).toArray());
    }
    return shapes;
  }

  private Plan take(Tensors tensors) {
    int start = start();
    for (int i = 0; i < idle.length(); i++) {
      int at = (start + i) % idle.length();
      Plan plan = idle.get(at);
      if (plan != null && plan.fits(tensors) && idle.compareAndSet(at, plan, null)) {
        return plan;
      }
    }
    return new Plan(constants, inputTypes, shapes(tensors), steps, outputNames);
  }

  private void giveBack(Plan plan) {
    if (plan.room() > MAX_KEPT_ROOM) {
      return;
    }
    int start = start();
    for (int i = 0; i < idle.length(); i++) {
      if (idle.compareAndSet((start + i) % idle.length(), null, plan)) {
        return;
      }
    }
    idle.set(start, plan);
  }

  private int start() {
    return (int) (Thread.currentThread().threadId() % idle.length());
  }
}
