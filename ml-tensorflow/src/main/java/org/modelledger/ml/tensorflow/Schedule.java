package org.modelledger.ml.tensorflow;

/** The learning rate of each batch. */
sealed interface Schedule {
  double rate();

  /** Over how many epochs the rate rises from nearly nothing, batch by batch. */
  int warmupEpochs();

  /** Returns the rate after the warm-up. */
  double settled(int epoch, double progress, int epochs);

  /**
   * Returns the rate of a batch.
   *
   * @param epoch and batch, from 1
   */
  default double of(int epoch, int epochs, int batch, int batches) {
    double progress = epoch - 1 + (batch - 1.0) / batches;
    double settled = settled(epoch, progress, epochs);
    return progress < warmupEpochs()
        ? settled * (progress + 1.0 / batches) / warmupEpochs()
        : settled;
  }

  /** Times {@code decay} after every {@code every} epochs. */
  record Step(double rate, int warmupEpochs, double decay, int every) implements Schedule {
    @Override
    public double settled(int epoch, double progress, int epochs) {
      return rate * StrictMath.pow(decay, Math.floorDiv(epoch - 1, every));
    }
  }

  /** Down to {@code min} along half a wave (Loshchilov and Hutter, 2017, without restarts). */
  record Cosine(double rate, int warmupEpochs, double min) implements Schedule {
    @Override
    public double settled(int epoch, double progress, int epochs) {
      double part = Math.max(0, progress - warmupEpochs) / (epochs - warmupEpochs);
      return min + (rate - min) * (1 + StrictMath.cos(Math.PI * part)) / 2;
    }
  }
}
