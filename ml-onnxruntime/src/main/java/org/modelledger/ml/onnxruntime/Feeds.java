package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/** The inputs of one run. Direct memory is used as it is; what lies on the heap is copied once. */
final class Feeds implements AutoCloseable {
  /** Kernels may sum up in another order where memory begins elsewhere; every malloc does here. */
  private static final int LEAST_ALIGNMENT = 16;

  private final Scratch scratch;
  private final Map<String, OnnxTensor> tensors;
  private final List<ByteBuffer> borrowed = new ArrayList<>(0);

  private Feeds(Scratch scratch, int size) {
    this.scratch = scratch;
    this.tensors = HashMap.newHashMap(size);
  }

  /** @param inputs checked against the specs; nobody writes to them until this is closed */
  static Feeds of(OrtEnvironment environment, List<TensorSpec> specs, Tensors inputs,
      Scratch scratch) throws OrtException {
    Feeds feeds = new Feeds(scratch, specs.size());
    try {
      for (int i = 0; i < specs.size(); i++) {
        String name = specs.get(i).name();
        feeds.tensors.put(name, feeds.feed(environment, name, inputs.get(name)));
      }
      return feeds;
    } catch (OrtException | RuntimeException | Error e) {
      feeds.close();
      throw e;
    }
  }

  private OnnxTensor feed(OrtEnvironment environment, String name, Tensor tensor)
      throws OrtException {
    if (tensor.dataType() == DataType.BYTES) {
      return Strings.make(environment, tensor, "input '" + name + "'");
    }
    ByteBuffer data = tensor.data();
    // what has no elements need not have an address
    boolean usable = tensor.isDirect() && data.hasRemaining()
        && data.alignmentOffset(0, LEAST_ALIGNMENT) == 0;
    return Values.over(environment, tensor.dataType(), tensor.shape(), usable ? data : copy(data));
  }

  private ByteBuffer copy(ByteBuffer data) {
    ByteBuffer memory = scratch.take(data.remaining());
    borrowed.add(memory);
    return memory.slice(0, data.remaining()).order(ByteOrder.LITTLE_ENDIAN).put(data).flip();
  }

  /** Returns the inputs by name, which live until this is closed. */
  Map<String, OnnxTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
    borrowed.forEach(scratch::giveBack);
  }
}
