package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.ml.exact.OnnxGraphs.graph;
import static org.modelledger.ml.exact.OnnxGraphs.load;
import static org.modelledger.ml.exact.OnnxGraphs.one;
import static org.modelledger.ml.exact.OnnxGraphs.shape;
import static org.modelledger.ml.exact.OnnxGraphs.two;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;

/** Convolutions, pooling and what goes with them, held to loops that say what the order is. */
class ImageOperatorsTest {
  private static final OnnxDataType FLOAT = OnnxDataType.FLOAT;

  private static OnnxAttribute ints(String name, Long... values) {
    return new OnnxAttribute.IntList(name, List.of(values));
  }

  private static Tensor run(byte[] graph, Tensor x) throws InterruptedException {
    try (LoadedModel model = load(graph)) {
      return model.run(Tensors.of("x", x)).get("y");
    }
  }

  private static float[] random(Xoshiro256 random, int count) {
    float[] elements = new float[count];
    for (int i = 0; i < count; i++) {
      elements[i] = (float) (random.nextDouble() - 0.5);
    }
    return elements;
  }

  @ParameterizedTest
  @CsvSource({"1,1,1,1,0,1,1", "3,4,3,1,1,1,1", "4,6,3,2,1,2,2", "6,6,5,3,4,1,6", "2,70,3,1,1,1,1"})
  void aConvolutionAddsItsProductsOneByOneInOrder(int channels, int filters, int kernel, int stride,
      int pad, int dilation, int groups) throws InterruptedException {
    Xoshiro256 random = Xoshiro256.seeded(21, channels);
    int images = 2;
    int height = 13;
    int width = 9;
    float[] x = random(random, images * channels * height * width);
    int perGroup = channels / groups;
    float[] w = random(random, filters * perGroup * kernel * kernel);
    float[] b = random(random, filters);
    int reach = (kernel - 1) * dilation + 1;
    int outHeight = (height + 2 * pad - reach) / stride + 1;
    int outWidth = (width + 2 * pad - reach) / stride + 1;
    float[] wanted = new float[images * filters * outHeight * outWidth];
    double[] wanted64 = new double[wanted.length];
    for (int at = 0; at < wanted.length; at++) {
      int column = at % outWidth;
      int row = at / outWidth % outHeight;
      int filter = at / outWidth / outHeight % filters;
      int image = at / outWidth / outHeight / filters;
      float sum = b[filter];
      double sum64 = b[filter];
      for (int c = 0; c < perGroup; c++) {
        for (int tap = 0; tap < kernel * kernel; tap++) {
          int inRow = row * stride - pad + tap / kernel * dilation;
          int inColumn = column * stride - pad + tap % kernel * dilation;
          boolean there = inRow >= 0 && inRow < height && inColumn >= 0 && inColumn < width;
          int channel = filter / (filters / groups) * perGroup + c;
          float seen = there
              ? x[((image * channels + channel) * height + inRow) * width + inColumn]
              : 0;
          float weight = w[(filter * perGroup + c) * kernel * kernel + tap];
          sum += weight * seen;
          sum64 += (double) weight * seen;
        }
      }
      wanted[at] = sum;
      wanted64[at] = sum64;
    }
    OnnxAttribute[] attributes = {ints("strides", (long) stride, (long) stride),
        ints("pads", (long) pad, (long) pad, (long) pad, (long) pad),
        ints("dilations", (long) dilation, (long) dilation),
        new OnnxAttribute.IntValue("group", groups)};
    OnnxNode node = OnnxNode.of("Conv", List.of("x", "w", "b"), List.of("y"), attributes);
    byte[] single = graph(FLOAT, shape(-1, channels, height, width), FLOAT, g -> g
        .initializer(OnnxTensor.ofFloats("w", w, filters, perGroup, kernel, kernel))
        .initializer(OnnxTensor.ofFloats("b", b, filters))
        .node(node));
    Tensor y = run(single, Tensor.of(x, images, channels, height, width));
    assertThat(y.shape().lengths()).containsExactly(images, filters, outHeight, outWidth);
    assertThat(y.toFloats()).containsExactly(wanted);
    byte[] twice = graph(OnnxDataType.DOUBLE, shape(-1, channels, height, width),
        OnnxDataType.DOUBLE, g -> g
            .initializer(
                OnnxTensor.ofDoubles("w", doubles(w), filters, perGroup, kernel, kernel))
            .initializer(OnnxTensor.ofDoubles("b", doubles(b), filters))
            .node(node));
    assertThat(run(twice, Tensor.of(doubles(x), images, channels, height, width)).toDoubles())
        .containsExactly(wanted64);
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  @Test
  void aWideImageIsConvolvedInParts() throws InterruptedException {
    int length = 5000;
    float[] x = random(Xoshiro256.seeded(22, 0), length);
    float[] wanted = new float[length];
    for (int j = 0; j < length; j++) {
      wanted[j] = 0.5f * (j == 0 ? 0 : x[j - 1]);
      wanted[j] += 0.25f * x[j];
      wanted[j] += -1 * (j + 1 == length ? 0 : x[j + 1]);
    }
    byte[] graph = two(shape(-1, 1, length),
        OnnxTensor.ofFloats("w", new float[]{0.5f, 0.25f, -1}, 1, 1, 3), "Conv",
        ints("pads", 1L, 1L));
    assertThat(run(graph, Tensor.of(x, 1, 1, length)).toFloats()).containsExactly(wanted);
  }

  @Test
  void weightsThatAreNeededElsewhereTooAreConvolvedWith() throws InterruptedException {
    byte[] graph = graph(FLOAT, shape(-1, 1, 2, 2), FLOAT,
        g -> g.initializer(OnnxTensor.ofFloats("w", new float[]{1, 10, 100, 1000}, 1, 1, 2, 2))
            .node(OnnxNode.of("Conv", List.of("x", "w"), List.of("c")))
            .node(OnnxNode.of("Add", List.of("c", "w"), List.of("y"))));
    assertThat(run(graph, Tensor.of(new float[]{1, 2, 3, 4}, 1, 1, 2, 2)).toFloats())
        .containsExactly(4322, 4331, 4421, 5321);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAME_UPPER", "SAME_LOWER", "VALID"})
  void padsByItself(String autoPad) throws InterruptedException {
    byte[] graph = two(shape(1, 1, 4), OnnxTensor.ofFloats("w", new float[]{1, 10}, 1, 1, 2),
        "Conv",
        new OnnxAttribute.StringValue("auto_pad", autoPad));
    float[] y = run(graph, Tensor.of(new float[]{1, 2, 3, 4}, 1, 1, 4)).toFloats();
    switch (autoPad) {
      case "SAME_UPPER" -> assertThat(y).containsExactly(21, 32, 43, 4);
      case "SAME_LOWER" -> assertThat(y).containsExactly(10, 21, 32, 43);
      default -> assertThat(y).containsExactly(21, 32, 43);
    }
  }

  @Test
  void aMaximumIsJavas() throws InterruptedException {
    byte[] graph = one(shape(1, 1, 6), FLOAT, "MaxPool", ints("kernel_shape", 2L),
        ints("strides", 2L));
    float[] y = run(graph, Tensor.of(new float[]{-3, -2, -0.0f, 0, 1, Float.NaN}, 1, 1, 6))
        .toFloats();
    assertThat(y[0]).isEqualTo(-2);
    assertThat(Float.floatToRawIntBits(y[1])).isZero();
    assertThat(y[2]).isNaN();
  }

  @Test
  void windowsMayHangOverTheEnd() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{1, 2, 3, 4, 9}, 1, 1, 5);
    assertThat(run(one(shape(1, 1, 5), FLOAT, "MaxPool", ints("kernel_shape", 2L),
        ints("strides", 2L), new OnnxAttribute.IntValue("ceil_mode", 1)), x).toFloats())
        .containsExactly(2, 4, 9);
    assertThat(run(one(shape(1, 1, 5), FLOAT, "AveragePool", ints("kernel_shape", 2L),
        ints("strides", 2L), new OnnxAttribute.IntValue("ceil_mode", 1)), x).toFloats())
        .containsExactly(1.5f, 3.5f, 9);
  }

  @Test
  void anAverageMayCountThePadding() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{2, 4}, 1, 1, 2);
    assertThat(run(one(shape(1, 1, 2), FLOAT, "AveragePool", ints("kernel_shape", 2L),
        ints("pads", 1L, 1L)), x).toFloats()).containsExactly(2, 3, 4);
    assertThat(run(one(shape(1, 1, 2), FLOAT, "AveragePool", ints("kernel_shape", 2L),
        ints("pads", 1L, 1L), new OnnxAttribute.IntValue("count_include_pad", 1)), x).toFloats())
        .containsExactly(1, 3, 2);
  }

  @Test
  void normalizesAsItIsWritten() throws InterruptedException {
    float[] x = random(Xoshiro256.seeded(23, 0), 12);
    for (long[] lengths : new long[][]{{2, 3, 2}, {4, 3}}) {
      float[] scale = {1.5f, -2, 0.3f};
      float[] bias = {0.1f, 0.2f, 0.3f};
      float[] mean = {0.01f, -0.2f, 0.7f};
      float[] variance = {0.3f, 1, 1e-9f};
      byte[] graph = graph(FLOAT, shape(lengths), FLOAT,
          g -> g.initializer(OnnxTensor.ofFloats("s", scale, 3))
              .initializer(OnnxTensor.ofFloats("b", bias, 3))
              .initializer(OnnxTensor.ofFloats("m", mean, 3))
              .initializer(OnnxTensor.ofFloats("v", variance, 3))
              .node(OnnxNode.of("BatchNormalization", List.of("x", "s", "b", "m", "v"),
                  List.of("y"), new OnnxAttribute.FloatValue("epsilon", 1e-3f))));
      float[] y = run(graph, Tensor.of(x, lengths)).toFloats();
      for (int i = 0; i < y.length; i++) {
        int c = lengths.length == 2 ? i % 3 : i / 2 % 3;
        assertThat(y[i]).isEqualTo(
            (x[i] - mean[c]) / (float) Math.sqrt(variance[c] + 1e-3f) * scale[c] + bias[c]);
      }
    }
  }

  @Test
  void transposesNumbersOfAnyType() throws InterruptedException {
    int[] lengths = {2, 3, 4};
    float[] x = random(Xoshiro256.seeded(24, 0), 24);
    for (int[] perm : new int[][]{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1},
        {2, 1, 0}}) {
      float[] wanted = new float[24];
      long[] whole = new long[24];
      for (int i = 0; i < 24; i++) {
        int rest = i;
        int[] at = new int[3];
        for (int d = 2; d >= 0; d--) {
          at[perm[d]] = rest % lengths[perm[d]];
          rest /= lengths[perm[d]];
        }
        wanted[i] = x[(at[0] * 3 + at[1]) * 4 + at[2]];
        whole[i] = (at[0] * 3L + at[1]) * 4 + at[2];
      }
      OnnxNode node = OnnxNode.of("Transpose", List.of("x"), List.of("y"),
          ints("perm", (long) perm[0], (long) perm[1], (long) perm[2]));
      assertThat(run(graph(FLOAT, shape(-1, 3, 4), FLOAT, g -> g.node(node)),
          Tensor.of(x, 2, 3, 4)).toFloats()).containsExactly(wanted);
      long[] counted = new long[24];
      Arrays.setAll(counted, i -> i);
      assertThat(run(graph(OnnxDataType.INT64, shape(-1, 3, 4), OnnxDataType.INT64,
          g -> g.node(node)), Tensor.of(counted, 2, 3, 4)).toLongs()).containsExactly(whole);
    }
  }

  private static void refuses(byte[] graph, String... parts) {
    assertThatThrownBy(() -> load(graph)).isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void refusesWhatDoesNotFit() {
    OnnxTensor w = OnnxTensor.ofFloats("w", new float[9], 1, 1, 3, 3);
    refuses(two(shape(1, 2, 5, 5), w, "Conv"), "Conv", "[1, 2, 5, 5]", "[1, 1, 3, 3]", "groups");
    refuses(two(shape(1, 1, 2, 5), w, "Conv"), "window of 3", "dimension 2", "[1, 1, 2, 5]");
    refuses(two(shape(1, 1, 5, 5), w, "Conv", ints("kernel_shape", 3L, 2L)), "[3, 2]",
        "[1, 1, 3, 3]");
    refuses(two(shape(1, 1, 5, 5), w, "Conv", ints("strides", 0L, 1L)), "'strides' with 0");
    refuses(two(shape(1, 1, 5, 5), w, "Conv", ints("pads", 1L, 1L)), "'pads' has 2", "4 or none");
    refuses(two(shape(1, 1, 5, 5), w, "Conv", new OnnxAttribute.StringValue("auto_pad", "SAME")),
        "'SAME'", "SAME_UPPER");
    refuses(graph(FLOAT, shape(1, 1, 3, 3), FLOAT,
        g -> g.node(OnnxNode.of("Conv", List.of("x", "x"), List.of("y")))), "computed");
    refuses(one(shape(1, 1, 5, 5), FLOAT, "MaxPool"), "kernel_shape");
    refuses(one(shape(1, 1, 5, 5), FLOAT, "MaxPool", ints("kernel_shape", 2L)), "2 numbers");
    refuses(one(shape(1, 1, 5), FLOAT, "MaxPool", ints("kernel_shape", 2L), ints("pads", 2L, 0L)),
        "padding 2");
    refuses(one(shape(5, 5), FLOAT, "GlobalAveragePool"), "[5, 5]", "[N, C, L]");
    refuses(one(shape(1, 2, 3), FLOAT, "Transpose", ints("perm", 0L, 1L, 1L)), "[0, 1, 1]");
    refuses(graph(FLOAT, shape(1, 2), FLOAT,
        g -> g.initializer(OnnxTensor.ofFloats("s", new float[3], 3))
            .node(
                OnnxNode.of("BatchNormalization", List.of("x", "s", "s", "s", "s"), List.of("y")))),
        "'scale'", "[3]", "[2]");
  }
}
