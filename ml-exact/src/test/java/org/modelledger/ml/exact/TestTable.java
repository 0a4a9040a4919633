package org.modelledger.ml.exact;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.training.Dataset;

/** One of the tables in {@code tables/}, the target last. */
record TestTable(List<double[]> rows) {

  static TestTable read(String table) throws IOException {
    List<double[]> rows = new ArrayList<>();
    try (InputStream in = Objects.requireNonNull(
        TestTable.class.getResourceAsStream("tables/" + table + ".csv.gz"), table);
        BufferedReader reader = new BufferedReader(
            new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
      for (String line : reader.lines().toList()) {
        String[] parts = line.split(",", -1);
        double[] row = new double[parts.length];
        for (int i = 0; i < row.length; i++) {
          row[i] = Double.parseDouble(parts[i]);
        }
        rows.add(row);
      }
    }
    return new TestTable(rows);
  }

  /** Every so-many-th row, or all others. */
  List<double[]> some(int fold, int folds, boolean heldOut) {
    List<double[]> some = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      if (r % folds == fold == heldOut) {
        some.add(rows.get(r));
      }
    }
    return some;
  }

  /** The same, as FP64 {@code x} and {@code y}. */
  Dataset fold(int fold, int folds, boolean heldOut) {
    List<double[]> some = some(fold, folds, heldOut);
    int features = rows.getFirst().length - 1;
    double[] x = new double[some.size() * features];
    double[] y = new double[some.size()];
    for (int r = 0; r < y.length; r++) {
      System.arraycopy(some.get(r), 0, x, r * features, features);
      y[r] = some.get(r)[features];
    }
    return Dataset.of("fold " + fold, Tensors.of("x", Tensor.of(x, y.length, features), "y",
        Tensor.of(y, y.length)));
  }
}
