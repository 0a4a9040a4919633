package org.modelledger.bench.inference;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The kernels of {@code ml-exact} in float32, each alone in a graph, against what the machine can do at
 * most: where there are many products for each weight, as many multiplications and additions in vectors
 * that never leave the registers, without fusing the two, which would change bits; where there is one, as
 * much memory read.
 *
 * <p>{@code bench/suite exact --only ExactKernels}
 */
@PartOf(Suite.EXACT)
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls load() before all else
public class ExactKernelsBenchmark {
  private static final int WIDTH = 1024;
  private static final int ROWS = 64;
  private static final int CHANNELS = 32;
  private static final int FILTERS = 64;
  private static final int KERNEL = 4;
  private static final int IMAGE_HEIGHT = 32;
  private static final int IMAGE_WIDTH = 64;
  /** Multiplications of the dense layer for all rows, and of the convolution. */
  private static final int PRODUCTS = ROWS * WIDTH * WIDTH;

  private static final int ARITHMETIC_NUMBERS = 1024;
  private static final int PRODUCTS_OF_A_NUMBER = 4;

  private InferenceEngine engine;
  private LoadedModel dense;
  private LoadedModel convolution;
  private Tensors rows;
  private Tensors row;
  private Tensors image;
  private final float[] numbers = new float[ARITHMETIC_NUMBERS];
  private float[][] weights;
  private final float[] sums = new float[WIDTH];

  @Setup
  public void load() {
    engine = Providers.openInferenceEngine("exact", ProviderOptions.empty(),
        ExactKernelsBenchmark.class.getClassLoader());
    dense = engine.load(graph(List.of(WIDTH),
        OnnxTensor.ofFloats("w", uniform(WIDTH * WIDTH), WIDTH, WIDTH), OnnxNode.of("MatMul",
            List.of("x", "w"), List.of("y"))));
    convolution = engine.load(graph(List.of(CHANNELS, IMAGE_HEIGHT, IMAGE_WIDTH),
        OnnxTensor.ofFloats("w", uniform(FILTERS * CHANNELS * KERNEL * KERNEL), FILTERS, CHANNELS,
            KERNEL, KERNEL),
        OnnxNode.of("Conv", List.of("x", "w"), List.of("y"),
            new OnnxAttribute.StringValue("auto_pad", "SAME_UPPER"))));
    rows = Tensors.of("x", Tensor.of(uniform(ROWS * WIDTH), ROWS, WIDTH));
    row = Tensors.of("x", Tensor.of(uniform(WIDTH), 1, WIDTH));
    image = Tensors.of("x", Tensor.of(uniform(CHANNELS * IMAGE_HEIGHT * IMAGE_WIDTH), 1, CHANNELS,
        IMAGE_HEIGHT, IMAGE_WIDTH));
    weights = new float[WIDTH][];
    for (int k = 0; k < WIDTH; k++) {
      weights[k] = uniform(WIDTH);
    }
  }

  private static float[] uniform(int count) {
    SplittableRandom random = new SplittableRandom(42);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextDouble(-1, 1);
    }
    return numbers;
  }

  private static ModelFiles graph(List<Integer> shape, OnnxTensor constant, OnnxNode node) {
    OnnxDimension[] dimensions = new OnnxDimension[shape.size() + 1];
    dimensions[0] = OnnxDimension.free("N");
    for (int i = 0; i < shape.size(); i++) {
      dimensions[i + 1] = OnnxDimension.of(shape.get(i));
    }
    return ModelFiles.of(Map.of("model.onnx", OnnxWriter.write(new OnnxModelBuilder("kernel")
        .opset("", 17)
        .input(OnnxValue.of("x", OnnxDataType.FLOAT, dimensions))
        .output(new OnnxValue("y", OnnxDataType.FLOAT, Optional.empty()))
        .initializer(constant)
        .node(node)
        .build())));
  }

  @TearDown
  public void close() {
    dense.close();
    convolution.close();
    engine.close();
  }

  /**
   * As many multiplications and additions as below, four of each for a number that is loaded and stored: with more, each waits
   * for the one before it, and with fewer, for memory.
   */
  @Benchmark
  public float[] rawMultiplyAndAdd() {
    for (int i = 0; i < PRODUCTS / PRODUCTS_OF_A_NUMBER / ARITHMETIC_NUMBERS; i++) {
      multiplyAndAdd(numbers, 0.5f, 0.25f);
    }
    return numbers;
  }

  private static void multiplyAndAdd(float[] x, float a, float b) {
    for (int j = 0; j < x.length; j++) {
      float v = x[j];
      v = v * a + b;
      v = v * b + a;
      v = v * a + b;
      v = v * b + a;
      x[j] = v;
    }
  }

  /** Reads as much as the weights of the dense layer are, 4 MiB, and adds it up. */
  @Benchmark
  public float[] rawRead() {
    for (int k = 0; k < WIDTH; k += 4) {
      add(weights[k], weights[k + 1], weights[k + 2], weights[k + 3], sums);
    }
    return sums;
  }

  private static void add(float[] a, float[] b, float[] c, float[] d, float[] to) {
    for (int j = 0; j < to.length; j++) {
      to[j] += (a[j] + b[j]) + (c[j] + d[j]);
    }
  }

  @Benchmark
  @Peer("rawMultiplyAndAdd")
  public Tensors denseOf64Rows() throws InterruptedException {
    return dense.run(rows);
  }

  @Benchmark
  @Peer("rawMultiplyAndAdd")
  public Tensors convolution() throws InterruptedException {
    return convolution.run(image);
  }

  @Benchmark
  @Peer("rawRead")
  public Tensors denseOfOneRow() throws InterruptedException {
    return dense.run(row);
  }
}
