package org.modelledger.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.modelledger.training.TrainingListener;

/** Shows how far a training is. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  private final StatusLine line;
  private final long begun = System.nanoTime();

  TrainingProgress(PrintWriter err, boolean terminal) {
    this.line = new StatusLine(err, terminal);
  }

  @Override
  public void onBatch(BatchReport report) {
    double share = (report.epoch() - 1 + (double) report.batch() / report.batches())
        / report.epochs();
    line.show(Duration.ofNanos(System.nanoTime() - begun), share,
        () -> String.format(Locale.ROOT, "epoch %d of %d, loss %.4g", report.epoch(),
            report.epochs(), report.loss()));
  }

  @Override
  public void close() {
    line.close();
  }
}
