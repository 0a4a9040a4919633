package org.modelledger.ml.tensorflow;

/**
 * How far a training is, beside the variables.
 *
 * @param epoch how many epochs are done
 * @param bestEpoch the one with the lowest validation loss, 0 if none
 * @param bestLoss that loss, infinite if none
 */
record Progress(int epoch, int bestEpoch, double bestLoss) {
  static final Progress NONE = new Progress(0, 0, Double.POSITIVE_INFINITY);
}
