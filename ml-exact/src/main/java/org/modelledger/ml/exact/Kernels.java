package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import org.modelledger.inference.DataType;

/**
 * The arithmetic, for one floating-point type. A vector is an array; a matrix is an array of rows.
 *
 * <p>What makes it exact: Java's own arithmetic, which rounds every operation once; transcendental
 * functions from {@link StrictMath} on float64; every sum in one order, whatever the number of rows that
 * are worked on together. What makes it fast: the innermost loops run over columns, all arrays at one
 * index, which HotSpot turns into vector instructions without changing a bit; a loop over a sum it
 * would have to leave alone.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
abstract sealed class Kernels<A> permits FloatKernels, DoubleKernels {

  /** What is done to each element alone. */
  enum Unary {
    EXP, LOG, RELU, SIGMOID, SQRT, TANH
  }

  /** What is done to two elements. */
  enum Binary {
    ADD, SUB, MUL, DIV
  }

  abstract DataType dataType();

  abstract A vector(int length);

  abstract A[] matrix(int rows, int columns);

  abstract double get(A vector, int index);

  /** Sets an element, rounded to this type. */
  abstract void set(A vector, int index, double value);

  abstract void fill(A vector, double value);

  abstract void fill(A vector, int from, int to, double value);

  /** into[to + j] = from[at + j · step], for some j from 0; none if count is not positive. */
  abstract void gather(A from, int at, int step, A into, int to, int count);

  /** The same, but into becomes the greater of what it was and what is gathered. */
  abstract void maximum(A from, int at, int step, A into, int to, int count);

  /** The same, but what is gathered is added. */
  abstract void accumulate(A from, int at, int step, double[] into, int to, int count);

  /** Returns a sum with all elements added to it, in float64, from the first to the last. */
  abstract double sum(A vector, double start);

  /** Reads as many elements as the vector has. */
  abstract void read(ByteBuffer from, A into);

  /** Appends all elements, any NaN as Java's canonical one: its other bits differ between processors. */
  abstract void write(A from, ByteBuffer into);

  abstract boolean isFinite(A vector);

  /**
   * Adds x·w to y, for some rows: each element of y takes its products one by one in the order of the
   * rows of w.
   *
   * @param x rows as long as w has rows
   * @param y rows as long as those of w
   */
  abstract void addProduct(A[] x, A[] w, A[] y, int rows);

  /** Adds xᵀ·d to w, for some rows of x and d, one by one in their order. */
  abstract void addOuterProduct(A[] x, A[] d, A[] w, int rows);

  /** target += source. */
  abstract void add(A source, A target);

  /** into[to + j] += from[at + j], for some j from 0; none if count is not positive. */
  abstract void addRange(A from, int at, A into, int to, int count);

  /** Writes a vector into one column of a matrix. */
  abstract void putColumn(A from, A[] matrix, int column);

  abstract void unary(Unary operation, A from, A into);

  /** A vector of length 1 stands for as many as needed. */
  abstract void binary(Binary operation, A left, A right, A into);

  /** Returns the sum of all squared distances, in float64, from the first to the last. */
  abstract double squares(A vector, double mean);

  /** Returns the sum of all products, in float64, from the first to the last. */
  abstract double dot(A left, A right);

  /** into = (from - shift) · factor. */
  abstract void affine(A from, double shift, double factor, A into);

  /** into = from · scale + shift, these being the numbers of one channel. */
  abstract void scale(A from, A scales, A shifts, int channel, A into);

  /** delta = ((delta - mean) - standardized · slope) · factor. */
  abstract void standardizeBackward(A standardized, double mean, double slope, double factor,
      A delta);

  /** Returns where the greatest is of an element, the next one and those a width after each; the first of several. */
  abstract int greatestOfFour(A vector, int at, int width);

  /** Returns √(variance + epsilon). */
  abstract A deviation(A variance, double epsilon);

  /** into = (from - mean) / deviation · scale + bias, these four being the numbers of one channel. */
  abstract void normalize(A from, A mean, A deviation, A scale, A bias, int channel, A into);

  /** scores_i = exp(x_i - max) / sum, the sum in float64 from the first to the last. */
  abstract void softmax(A from, A into);

  abstract void logSoftmax(A from, A into);

  /** Returns where the greatest element is: the first or the last of several; -1 if there is none. */
  abstract int argMax(A vector, boolean last);

  /** delta = activation > 0 ? delta : 0. */
  abstract void reluBackward(A activation, A delta);

  /** delta *= 1 - activation². */
  abstract void tanhBackward(A activation, A delta);

  /**
   * Turns the logits of a row into the gradient of its share of the mean cross-entropy.
   *
   * @param share one over the number of rows
   * @return the cross-entropy of this row
   */
  abstract double softmaxCrossEntropy(A logits, int label, double share);

  /** Returns the cross-entropy of a row. */
  abstract double crossEntropy(A logits, int label);

  /**
   * Stochastic gradient descent with momentum and decoupled weight decay (Loshchilov and Hutter, 2019):
   * velocity = momentum·velocity + gradient; weight = weight - decay·weight - rate·velocity.
   */
  abstract void sgd(A weight, A gradient, A velocity, double rate, double momentum, double decay);

  /**
   * Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019).
   *
   * @param rate the learning rate over 1 - beta1^step
   * @param correction 1 over the square root of 1 - beta2^step
   */
  abstract void adam(A weight, A gradient, A mean, A square, double rate, double beta1,
      double beta2,
      double correction, double epsilon, double decay);
}
