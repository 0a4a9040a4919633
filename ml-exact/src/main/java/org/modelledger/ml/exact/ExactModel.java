package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/** An ONNX graph, ready to run on the caller's thread. */
final class ExactModel extends BitExactModel {
  static final String TYPES = "FLOAT, DOUBLE, INT32, INT64";

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
    long opset = onnx.opsets().getOrDefault("", 0L);
    if (opset < Operators.OLDEST_OPSET || opset > Operators.NEWEST_OPSET) {
      throw new ModelFormatException(
          "the model imports version " + opset + " of ONNX's operators; supported are "
              + Operators.OLDEST_OPSET + " to " + Operators.NEWEST_OPSET);
    }
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
    this.outputNames = onnx.outputs().stream().map(OnnxValue::name).toList();
    this.outputs = outputs(onnx.outputs());
  }

  static Optional<DataType> type(OnnxDataType type) {
    return switch (type) {
      case FLOAT -> Optional.of(DataType.FP32);
      case DOUBLE -> Optional.of(DataType.FP64);
      case INT32 -> Optional.of(DataType.INT32);
      case INT64 -> Optional.of(DataType.INT64);
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
  private List<TensorSpec> outputs(List<OnnxValue> declared) {
    Map<String, Slot> one = rehearse(1).outputs();
    Map<String, Slot> two = rehearse(2).outputs();
    List<TensorSpec> specs = new ArrayList<>();
    for (OnnxValue value : declared) {
      Slot a = java.util.Objects.requireNonNull(one.get(value.name()));
      Slot b = java.util.Objects.requireNonNull(two.get(value.name()));
      String where = "output '" + value.name() + "'";
      long[] lengths = new long[a.rank()];
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = a.shape[i] == b.shape[i] ? a.shape[i] : Shape.FREE;
      }
      TensorSpec spec = new TensorSpec(value.name(), a.type, Shape.of(lengths));
      if (type(value.type(), where) != a.type || !agrees(value, lengths)) {
        throw new ModelFormatException(where + " is declared as " + value.type() + " "
            + value.shape().map(Object::toString).orElse("") + ", but computed as " + spec);
      }
      specs.add(spec);
    }
    return List.copyOf(specs);
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
      if (dimensions.get(i) instanceof OnnxDimension.Fixed(long size) && lengths[i] != size) {
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

  private Plan take(Tensors tensors) {
    int start = start();
    for (int i = 0; i < idle.length(); i++) {
      int at = (start + i) % idle.length();
      Plan plan = idle.get(at);
      if (plan != null && plan.fits(tensors) && idle.compareAndSet(at, plan, null)) {
        return plan;
      }
    }
    Map<String, int[]> shapes = new HashMap<>();
    for (Map.Entry<String, Tensor> tensor : tensors.asMap().entrySet()) {
      shapes.put(tensor.getKey(),
          Arrays.stream(tensor.getValue().shape().lengths()).mapToInt(Math::toIntExact).toArray());
    }
    return new Plan(constants, inputTypes, shapes, steps, outputNames);
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
