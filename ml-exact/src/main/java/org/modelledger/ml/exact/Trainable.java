package org.modelledger.ml.exact;

import java.util.List;

/** A network that a {@link TrainingRun} can train: it turns rows into logits, and has numbers to learn. */
interface Trainable<A> {

  /** Memory of one thread. */
  interface Pass<A> {
    /** Returns the logits of the rows that were passed last. */
    A[] logits();

    /** Computes the logits of the first rows of x by the network that would be saved now. */
    void evaluate(A[] x, int rows);

    /**
     * Computes the logits of the first rows of x, to learn from them.
     *
     * @param block which block of its batch these rows are
     */
    void learn(A[] x, int rows, int block);

    /**
     * Adds the gradients of some rows, after {@link #learn} of the same, when the logits are their own
     * gradients.
     */
    void backward(A[] x, int rows, Parameters<A> gradient);
  }

  Kernels<A> kernels();

  Parameters<A> parameters();

  /** Returns as many zeros as there are parameters. */
  Parameters<A> zeros();

  /** Returns the parameters and whatever else becomes part of the saved network. */
  List<A> state();

  /**
   * Makes memory for a thread.
   *
   * @param learnRows how many rows are learned from together at most
   * @param evaluateRows how many rows are evaluated together at most
   */
  Pass<A> pass(int learnRows, int evaluateRows);

  /** Says that one vector of the parameters was changed; threads say so of different ones at once. */
  void changed(int vector);

  /** Says that a batch of so many blocks was learned. */
  default void learned(int blocks) {}

  /** Says that what comes next is evaluations. */
  default void freeze() {}
}
