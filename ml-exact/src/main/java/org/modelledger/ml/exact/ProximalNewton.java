package org.modelledger.ml.exact;

import java.util.Optional;
import org.modelledger.training.TrainingException;

/**
 * Minimises a smooth convex function plus Σ l1·|θ| + l2/2·θ². Each iteration minimises the function's
 * quadratic model at the point reached, with the penalty as it is – without L1 by a Cholesky factor, with it
 * by coordinate descent (Friedman, Hastie and Tibshirani, "Regularization Paths for Generalized Linear
 * Models via Coordinate Descent", 2010) –, and goes that way until the function has fallen enough
 * (Lee, Sun and Saunders, "Proximal Newton-Type Methods for Minimizing Composite Functions", 2014).
 */
final class ProximalNewton {
  private static final double SUFFICIENT = 1e-4;
  private static final double ROUNDING = 1e-12;
  private static final int MAX_HALVINGS = 40;
  private static final int MAX_PASSES = 10_000;

  /** A smooth convex function. */
  interface Smooth {
    /**
     * Computes the function and its derivatives.
     *
     * @param gradient filled in
     */
    double evaluate(double[] at, double[] gradient);

    /**
     * Adds up the second derivatives where the function was evaluated last.
     *
     * @return a matrix of the caller's own
     */
    double[][] curvature();
  }

  /** What weighs on each coordinate. */
  static final class Penalty {
    final double[] l1;
    final double[] l2;

    Penalty(double[] l1, double[] l2) {
      this.l1 = l1;
      this.l2 = l2;
    }
  }

  /** Where one is. */
  private static final class Point {
    final double[] theta;
    /** Of function and penalty together. */
    final double value;
    /** Of all but L1. */
    final double[] gradient;
    /** By how much a derivative is off at most from what it is at an optimum, in units of its own. */
    final double violation;

    Point(double[] theta, double value, double[] gradient, double violation) {
      this.theta = theta;
      this.value = value;
      this.gradient = gradient;
      this.violation = violation;
    }
  }

  /** Told of every iteration. */
  interface Listener {
    void iteration(int number, double objective) throws InterruptedException;
  }

  /** What came of it. */
  static final class Solution {
    final double[] theta;
    /** How many steps were taken. */
    final int iterations;
    final double objective;
    /** The largest violation. */
    final double optimality;
    final boolean converged;

    Solution(double[] theta, int iterations, double objective, double optimality,
        boolean converged) {
      this.theta = theta;
      this.iterations = iterations;
      this.objective = objective;
      this.optimality = optimality;
      this.converged = converged;
    }
  }

  private final Smooth function;
  private final double[] l1;
  private final double[] l2;
  private final double[] units;
  private final boolean smooth;

  /**
   * @param penalty with one number for each coordinate, as are
   * @param units what each derivative is measured by
   */
  ProximalNewton(Smooth function, Penalty penalty, double[] units) {
    this.function = function;
    this.l1 = penalty.l1;
    this.l2 = penalty.l2;
    this.units = units;
    boolean none = true;
    for (double weight : l1) {
      none &= weight == 0;
    }
    this.smooth = none;
  }

  /**
   * Minimises, from 0.
   *
   * @param tolerance a largest violation that is small enough
   * @throws InterruptedException if interrupted
   */
  Solution solve(double tolerance, int maxIterations, Listener listener)
      throws InterruptedException {
    Point point = at(new double[units.length]);
    int iterations = 0;
    boolean moved = true;
    while (iterations < maxIterations && moved
        && (iterations == 0 || point.violation > tolerance)) {
      interruptible();
      Optional<Point> next = step(point, tolerance);
      moved = next.isPresent();
      point = next.orElse(point);
      iterations++;
      listener.iteration(iterations, point.value);
    }
    interruptible();
    return new Solution(point.theta, iterations, point.value, point.violation,
        point.violation <= tolerance);
  }

  private static void interruptible() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while solving");
    }
  }

  private Point at(double[] theta) {
    double[] gradient = new double[theta.length];
    double value = function.evaluate(theta, gradient);
    double violation = 0;
    for (int j = 0; j < theta.length; j++) {
      value += l1[j] * Math.abs(theta[j]) + 0.5 * l2[j] * theta[j] * theta[j];
      gradient[j] += l2[j] * theta[j];
      violation = Math.max(violation, violation(j, theta[j], gradient[j]));
    }
    return new Point(theta, value, gradient, violation);
  }

  /** How far a derivative is from 0, of the subdifferential the nearest. */
  private double violation(int j, double theta, double gradient) {
    double distance;
    if (theta > 0) {
      distance = Math.abs(gradient + l1[j]);
    } else if (theta < 0) {
      distance = Math.abs(gradient - l1[j]);
    } else {
      distance = Math.max(0, Math.abs(gradient) - l1[j]);
    }
    return distance / units[j];
  }

  /** Returns the next point, unless there is none that is better. */
  private Optional<Point> step(Point point, double tolerance) throws InterruptedException {
    double[][] curvature = function.curvature();
    for (int j = 0; j < l2.length; j++) {
      curvature[j][j] += l2[j];
    }
    double[] target = smooth
        ? newton(point, curvature)
        : descend(point, curvature,
            Math.max(tolerance / 10, point.violation * Math.min(0.1, point.violation)));
    double promised = 0;
    for (int j = 0; j < target.length; j++) {
      double theta = point.theta[j];
      promised += point.gradient[j] * (target[j] - theta)
          + l1[j] * (Math.abs(target[j]) - Math.abs(theta));
    }
    if (Double.isNaN(promised)) {
      throw new TrainingException(
          "the solver diverged: a step is not finite; try l2 above 0, or standardize");
    }
    double share = 1;
    for (int i = 0; i <= MAX_HALVINGS; i++, share /= 2) {
      Point next = at(between(point.theta, target, share));
      boolean falls = next.value <= point.value + SUFFICIENT * share * promised;
      // so near that the value itself does not show it any more
      boolean settles = -promised <= ROUNDING * Math.max(1, Math.abs(point.value))
          && next.violation < point.violation;
      if ((promised < 0 && falls) || settles) {
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  private static double[] between(double[] from, double[] to, double share) {
    if (share == 1) {
      return to;
    }
    double[] theta = new double[from.length];
    for (int j = 0; j < theta.length; j++) {
      theta[j] = from[j] + share * (to[j] - from[j]);
    }
    return theta;
  }

  private static double[] newton(Point point, double[][] curvature) {
    double[] direction = Cholesky.of(curvature).solve(point.gradient);
    double[] target = new double[direction.length];
    for (int j = 0; j < target.length; j++) {
      target[j] = point.theta[j] - direction[j];
    }
    return target;
  }

  /** Minimises the quadratic model with the penalty, one coordinate after the other. */
  private double[] descend(Point point, double[][] curvature, double tolerance)
      throws InterruptedException {
    double[] target = point.theta.clone();
    double[] gradient = point.gradient.clone();
    double worst = Double.POSITIVE_INFINITY;
    for (int pass = 0; pass < MAX_PASSES && worst > tolerance; pass++) {
      interruptible();
      worst = 0;
      for (int j = 0; j < target.length; j++) {
        double bend = curvature[j][j];
        double violation = violation(j, target[j], gradient[j]);
        if (bend > 0 && violation > 0) {
          worst = Math.max(worst, violation);
          double moved = soft(bend * target[j] - gradient[j], l1[j]) / bend;
          double change = moved - target[j];
          target[j] = moved;
          double[] row = curvature[j];
          for (int i = 0; i < gradient.length; i++) {
            gradient[i] = gradient[i] + change * row[i];
          }
        }
      }
    }
    return target;
  }

  private static double soft(double value, double threshold) {
    if (value > threshold) {
      return value - threshold;
    }
    return value < -threshold ? value + threshold : 0;
  }
}
