package org.modelledger.onnx.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;

class ResNetTest {
  private static final ResNet TINY = new ResNet(List.of(1, 2), 4, 5, 32);
  private static final int BATCH = 2;

  private final RandomWeights weights = new RandomWeights(5);
  private final Reference reference = new Reference(weights);

  @Test
  void computesWhatThePlainComputationDoes(@TempDir Path directory)
      throws IOException, OrtException {
    SplittableRandom random = new SplittableRandom(13);
    float[] pixels = new float[BATCH * 3 * 32 * 32];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (random.nextDouble() * 4 - 2);
    }
    Tensor logits;
    try (Ort ort = new Ort(TINY.files(weights), directory)) {
      logits = ort.run(Tensors.of("pixel_values", Tensor.of(pixels, BATCH, 3, 32, 32)))
          .get("logits");
    }
    assertThat(logits.shape().lengths()).containsExactly(BATCH, TINY.classes());
    for (int image = 0; image < BATCH; image++) {
      double[] expected = expected(pixels, image);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) logits.toFloats()[image * expected.length + i]).isCloseTo(expected[i],
            within(1e-5 * Math.max(1, Math.abs(expected[i]))));
      }
    }
  }

  private double[] expected(float[] pixels, int image) {
    double[][][] x = new double[3][32][32];
    for (int i = 0; i < 3 * 32 * 32; i++) {
      x[i / 1024][i / 32 % 32][i % 32] = pixels[image * 3 * 32 * 32 + i];
    }
    x = Reference.maxPool(
        Reference.relu(reference.convolutionNorm(x, "conv1", "bn1", 4, 7, 2)), 3, 2);
    x = block(x, "layer1.0", 4, 1, true);
    x = block(x, "layer2.0", 8, 2, true);
    x = block(x, "layer2.1", 8, 1, false);
    double[] features = new double[x.length];
    for (int channel = 0; channel < x.length; channel++) {
      for (double[] row : x[channel]) {
        for (double element : row) {
          features[channel] += element / (x[channel].length * row.length);
        }
      }
    }
    return reference.linear(new double[][]{features}, "fc")[0];
  }

  private double[][][] block(double[][][] x, String name, int inside, int stride,
      boolean downsample) {
    double[][][] y = Reference.relu(
        reference.convolutionNorm(x, name + ".conv1", name + ".bn1", inside, 1, 1));
    y = Reference.relu(
        reference.convolutionNorm(y, name + ".conv2", name + ".bn2", inside, 3, stride));
    y = reference.convolutionNorm(y, name + ".conv3", name + ".bn3", 4 * inside, 1, 1);
    return Reference.relu(Reference.add(y, downsample
        ? reference.convolutionNorm(x, name + ".downsample.0", name + ".downsample.1", 4 * inside,
            1, stride)
        : x));
  }

  @Test
  void hasTheParametersOfTheOriginal() {
    // 25,557,032 that are learnt and the 53,120 running statistics
    assertThat(ResNet.resNet50().graph().parameters().stream().mapToLong(Parameter::elements).sum())
        .isEqualTo(25_557_032 + 53_120);
  }

  @Test
  void refusesWhatIsNoNetwork() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ResNet(List.of(), 64, 10, 224))
        .withMessageContaining("blocks []");
    assertThatIllegalArgumentException().isThrownBy(() -> new ResNet(List.of(1), 64, 10, 31))
        .withMessageContaining("image size 31");
  }
}
