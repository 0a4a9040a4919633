package org.modelledger.inference;

import java.util.regex.Pattern;

/**
 * Runs a model any number of times and is a single inference to the outside, such as the generation of a
 * text, one token a run. Safe for use by several threads.
 *
 * <p>What comes out depends on the inputs and on what the model makes of them, and on nothing else: a
 * random choice comes from a seed among the inputs, limits and settings are inputs, too. So one receipt
 * for inputs and outputs binds everything, and whoever has the model can repeat it.
 */
public interface Computation {
  /** The grammar of {@link #name()}. */
  Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");

  /**
   * Returns what is computed, with a version, such as {@code text-generation.1}. It stands in receipts,
   * for everyone to read; something that computes anything else has another name.
   *
   * @return text of the form {@link #NAME}
   */
  String name();

  /**
   * Computes.
   *
   * @param model to be run; not closed
   * @param inputs of the computation, not of the model; not retained
   * @return the outputs of the computation: the caller's own
   * @throws IllegalArgumentException if an input is missing or does not fit; names it
   * @throws InferenceException if the model failed
   * @throws InterruptedException if interrupted
   */
  Tensors run(LoadedModel model, Tensors inputs) throws InterruptedException;
}
