package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;

/** The stage of the engine's tests: an engine for each test and what it runs. */
abstract class EngineRules {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private InferenceEngine engine;

  /**
   * Opens an engine. Called once or more for each test, which closes it.
   *
   * @throws Exception if it cannot be opened; the test fails with it
   */
  protected abstract InferenceEngine newEngine() throws Exception;

  /**
   * Returns the files of a small model that the engine runs; other inputs make other outputs.
   *
   * @throws Exception if they cannot be read; the test fails with it
   */
  protected abstract ModelFiles model() throws Exception;

  /**
   * Returns inputs that fit the model, made from a seed: the same for the same seed.
   *
   * @param batch the length of the outermost dimension where that is free, from 1
   */
  protected abstract Tensors inputs(long seed, int batch);

  /** Returns how many threads run a model at once; 8 unless overridden. */
  protected int threads() {
    return 8;
  }

  /** Returns how often each thread runs it; 25 unless overridden. */
  protected int runsPerThread() {
    return 25;
  }

  /** Returns how many files with one changed byte are loaded; 300 unless overridden. */
  protected int mutations() {
    return 300;
  }

  @BeforeEach
  final void openEngine() throws Exception {
    engine = another();
  }

  @AfterEach
  final void closeAll() throws Exception {
    // the last first: models before their engine
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  /** Returns the test's engine. */
  final InferenceEngine engine() {
    return engine;
  }

  /** Opens one more engine. */
  final InferenceEngine another() throws Exception {
    InferenceEngine another = newEngine();
    opened.add(another);
    return another;
  }

  final LoadedModel load() throws Exception {
    return load(engine, model());
  }

  final LoadedModel load(InferenceEngine by, ModelFiles files) {
    LoadedModel loaded = by.load(files);
    opened.add(loaded);
    return loaded;
  }

  /** Copies tensors into memory of the Java heap or outside, whose bytes the caller still has. */
  static Tensors copy(Tensors tensors, UnaryOperator<ByteBuffer> memory) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    tensors.asMap().forEach((name, tensor) -> {
      ByteBuffer bytes = memory.apply(tensor.data());
      copies.put(name, Tensor.wrap(tensor.dataType(), tensor.shape(), bytes));
    });
    return Tensors.of(copies);
  }

  /** Returns a zero-filled tensor. */
  static Tensor zeros(DataType type, Shape shape) {
    return type == DataType.BYTES
        ? Tensor.ofStrings(Collections.nCopies((int) shape.elements(), ""),
            shape.lengths())
        : Tensor.wrap(type, shape,
            ByteBuffer.allocate(Math.toIntExact(shape.elements() * type.size())));
  }

  /** Returns these tensors with another in place of one, or beside them. */
  static Tensors with(Tensors tensors, String name, Tensor tensor) {
    Map<String, Tensor> changed = new LinkedHashMap<>(tensors.asMap());
    changed.put(name, tensor);
    return Tensors.of(changed);
  }

  static Tensors without(Tensors tensors, String name) {
    Map<String, Tensor> changed = new LinkedHashMap<>(tensors.asMap());
    changed.remove(name);
    return Tensors.of(changed);
  }

  /** Checks that outputs are as alike as the determinism that is declared says. */
  static void assertRepeats(Determinism determinism, Tensors actual, Tensors expected) {
    assertThat(actual.names()).isEqualTo(expected.names());
    for (String name : expected.names()) {
      Tensor a = actual.get(name);
      Tensor e = expected.get(name);
      assertThat(a.dataType()).isEqualTo(e.dataType());
      assertThat(a.shape()).isEqualTo(e.shape());
      switch (determinism) {
        case Determinism.BitExact exact -> assertThat(a).as(name).isEqualTo(e);
        case Determinism.Probed probed -> assertThat(a).as(name).isEqualTo(e);
        case Determinism.Tolerance(double epsilon) -> assertWithin(epsilon, name, a, e);
        case Determinism.None none -> {
        }
      }
    }
  }

  private static void assertWithin(double epsilon, String name, Tensor actual, Tensor expected) {
    if (expected.dataType() != DataType.FP32 && expected.dataType() != DataType.FP64) {
      assertThat(actual).as(name).isEqualTo(expected);
      return;
    }
    double[] a = numbers(actual);
    double[] e = numbers(expected);
    for (int i = 0; i < e.length; i++) {
      double allowed = epsilon * Math.max(1, Math.max(Math.abs(a[i]), Math.abs(e[i])));
      assertThat(Double.compare(a[i], e[i]) == 0 || Math.abs(a[i] - e[i]) <= allowed)
          .as("element %s of %s: %s and %s differ by more than %s", i, name, a[i], e[i], epsilon)
          .isTrue();
    }
  }

  private static double[] numbers(Tensor tensor) {
    if (tensor.dataType() == DataType.FP64) {
      return tensor.toDoubles();
    }
    float[] floats = tensor.toFloats();
    double[] numbers = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      numbers[i] = floats[i];
    }
    return numbers;
  }

  static ByteBuffer onTheHeap(ByteBuffer data) {
    return copyInto(ByteBuffer.allocate(data.remaining()), data);
  }

  static ByteBuffer outsideTheHeap(ByteBuffer data) {
    return copyInto(ByteBuffer.allocateDirect(data.remaining()), data);
  }

  private static ByteBuffer copyInto(ByteBuffer memory, ByteBuffer data) {
    return memory.order(ByteOrder.LITTLE_ENDIAN).put(data).flip();
  }

  /** Says whether calls choose the outermost dimension of an input. */
  static boolean hasBatch(TensorSpec spec) {
    return spec.shape().rank() > 0 && spec.shape().length(0) == Shape.FREE;
  }
}
