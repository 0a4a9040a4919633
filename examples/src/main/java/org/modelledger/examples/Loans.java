package org.modelledger.examples;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.lineage.DataColumn;
import org.modelledger.model.Digest;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;

/** Applications for loans and what became of them: made up, and the same for the same seed. */
final class Loans {
  static final int FEATURES = 6;
  static final List<DataColumn> COLUMNS = List.of(new DataColumn("application", "FP32"),
      new DataColumn("defaulted", "INT64"));

  private static final String HEADER = "income,debt,years_employed,open_credits,late_payments,amount,defaulted";
  private static final double[] RISK = {-1.1, 1.2, -0.8, 0.3, 1.4, 0.6};

  private final String name;
  private final float[][] applications;
  private final long[] defaulted;

  private Loans(String name, float[][] applications, long[] defaulted) {
    this.name = name;
    this.applications = applications;
    this.defaulted = defaulted;
  }

  /**
   * Makes up the loans of one bank in one year.
   *
   * @param name of the file that they stand in
   * @param drift how much more risky times are
   */
  static Loans of(String name, int rows, double drift, long seed) {
    Random random = new Random(seed);
    float[][] applications = new float[rows][FEATURES];
    long[] defaulted = new long[rows];
    for (int i = 0; i < rows; i++) {
      double risk = drift - 1;
      for (int j = 0; j < FEATURES; j++) {
        applications[i][j] = Math.round(1000 * random.nextGaussian()) / 1000f;
        risk += RISK[j] * applications[i][j];
      }
      defaulted[i] = random.nextDouble() < 1 / (1 + StrictMath.exp(-risk)) ? 1 : 0;
    }
    return new Loans(name, applications, defaulted);
  }

  int rows() {
    return defaulted.length;
  }

  /** One application as a batch of one. */
  Tensors application(int row) {
    return Tensors.of("application", Tensor.of(applications[row], 1, FEATURES));
  }

  boolean defaulted(int row) {
    return defaulted[row] == 1;
  }

  /** The table as the bank has it in a file. */
  byte[] csv() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (int i = 0; i < rows(); i++) {
      for (float value : applications[i]) {
        text.append(String.format(Locale.ROOT, "%.3f,", value));
      }
      text.append(defaulted[i]).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** The file's name and digest. */
  DataSource source() {
    return new DataSource(name, Digest.sha256(csv()));
  }

  /** The loans of several banks as one set to learn from. */
  static Dataset together(List<Loans> parts) {
    int rows = parts.stream().mapToInt(Loans::rows).sum();
    float[] applications = new float[rows * FEATURES];
    long[] defaulted = new long[rows];
    List<DataSource> sources = new ArrayList<>();
    int at = 0;
    for (Loans part : parts) {
      sources.add(part.source());
      for (int i = 0; i < part.rows(); i++, at++) {
        System.arraycopy(part.applications[i], 0, applications, at * FEATURES, FEATURES);
        defaulted[at] = part.defaulted[i];
      }
    }
    return Dataset.of(sources, Tensors.of("application",
        Tensor.of(applications, rows, FEATURES), "defaulted", Tensor.of(defaulted, rows)));
  }
}
