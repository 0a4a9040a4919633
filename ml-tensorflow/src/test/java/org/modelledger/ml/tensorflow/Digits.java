package org.modelledger.ml.tensorflow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;

/** The handwritten digits of the examples: 1,797 rows of 64 numbers from 0 to 16, and a label. */
record Digits(List<float[]> pixels, List<Long> labels) {

  /** Every fifth row, beginning with the fifth, is held out. */
  static Digits read(boolean heldOut) throws IOException {
    Path file = Path
        .of("../examples/src/main/resources/org/modelledger/examples/digits/digits.csv.gz");
    try (BufferedReader reader = new BufferedReader(
        new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)),
            StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().toList();
      List<String[]> rows = IntStream.range(0, lines.size())
          .filter(i -> (i % 5 == 4) == heldOut)
          .mapToObj(i -> lines.get(i).split(",", -1))
          .toList();
      return new Digits(rows.stream().map(Digits::pixels).toList(),
          rows.stream().map(row -> Long.valueOf(row[64])).toList());
    }
  }

  private static float[] pixels(String[] row) {
    float[] pixels = new float[64];
    for (int j = 0; j < 64; j++) {
      pixels[j] = Float.parseFloat(row[j]);
    }
    return pixels;
  }

  int rows() {
    return labels.size();
  }

  float[] flat() {
    float[] flat = new float[rows() * 64];
    for (int r = 0; r < rows(); r++) {
      System.arraycopy(pixels.get(r), 0, flat, r * 64, 64);
    }
    return flat;
  }

  long[] flatLabels() {
    return labels.stream().mapToLong(Long::longValue).toArray();
  }

  Dataset dataset() {
    return Dataset.of("digits", Tensors.of("pixels", Tensor.of(flat(), rows(), 64), "digit",
        Tensor.of(flatLabels(), rows())));
  }
}
