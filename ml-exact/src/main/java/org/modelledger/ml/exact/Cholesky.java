package org.modelledger.ml.exact;

/** Solves systems of equations whose matrix is symmetric and, but for rounding, positive semidefinite. */
final class Cholesky {
  /** What the diagonal is raised by, as a share, so that dependent columns can be told from rounding. */
  private static final double SMALLEST_RAISE = 1e-14;

  /** The upper factor. */
  private final double[][] rows;

  private Cholesky(double[][] rows) {
    this.rows = rows;
  }

  /**
   * Factors a matrix, with its diagonal raised by the smallest share of 1e-14, 1e-12 and so on with which
   * that can be done.
   *
   * @param matrix not changed; a diagonal element of 0 stands for a row and column of 0
   */
  static Cholesky of(double[][] matrix) {
    for (double raise = SMALLEST_RAISE; raise < 1e6; raise *= 100) {
      double[][] rows = new double[matrix.length][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = matrix[i].clone();
        rows[i][i] = rows[i][i] > 0 ? rows[i][i] * (1 + raise) : 1;
      }
      if (factor(rows)) {
        return new Cholesky(rows);
      }
    }
    throw new IllegalStateException("a matrix could not be factored with any diagonal");
  }

  private static boolean factor(double[][] rows) {
    for (int k = 0; k < rows.length; k++) {
      double[] pivot = rows[k];
      if (!(pivot[k] > 0) || !Double.isFinite(pivot[k])) {
        return false;
      }
      double root = Math.sqrt(pivot[k]);
      for (int j = k; j < pivot.length; j++) {
        pivot[j] /= root;
      }
      for (int i = k + 1; i < rows.length; i++) {
        subtract(pivot[i], pivot, rows[i], i);
      }
    }
    return true;
  }

  private static void subtract(double factor, double[] what, double[] from, int first) {
    for (int j = first; j < from.length; j++) {
      from[j] = from[j] - factor * what[j];
    }
  }

  /** Returns what the matrix has to be multiplied by to get this. */
  double[] solve(double[] right) {
    double[] solution = right.clone();
    for (int i = 0; i < rows.length; i++) {
      double value = solution[i] / rows[i][i];
      solution[i] = value;
      subtract(value, rows[i], solution, i + 1);
    }
    for (int i = rows.length - 1; i >= 0; i--) {
      double value = solution[i];
      for (int j = i + 1; j < rows.length; j++) {
        value -= rows[i][j] * solution[j];
      }
      solution[i] = value / rows[i][i];
    }
    return solution;
  }
}
