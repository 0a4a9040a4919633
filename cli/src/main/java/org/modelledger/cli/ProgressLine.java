package org.modelledger.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.modelledger.tlog.FsckListener;
import org.modelledger.tlog.FsckProgress;

/** Shows how far the check of a log is. */
final class ProgressLine implements FsckListener, AutoCloseable {

  private final StatusLine line;

  ProgressLine(PrintWriter err, boolean terminal) {
    this.line = new StatusLine(err, terminal);
  }

  /** Returns whether the standard error stream is one; the script that starts the command knows. */
  static boolean isTerminal() {
    return Boolean.getBoolean("modelledger.terminal");
  }

  @Override
  public void progress(FsckProgress progress) {
    line.show(progress.elapsed(), share(progress), () -> text(progress));
  }

  private static double share(FsckProgress progress) {
    return progress.total() == 0 ? 1 : (double) progress.entries() / progress.total();
  }

  private static String text(FsckProgress progress) {
    return String.format(Locale.ROOT, "%,d of %,d entries, %s%s", progress.entries(),
        progress.total(), rate(progress),
        progress.findings() == 0 ? "" : ", " + progress.findings() + " findings");
  }

  /** Returns the rates since the beginning. */
  static String rate(FsckProgress progress) {
    return String.format(Locale.ROOT, "%,.0f entries/s, %,.1f MB/s", progress.entriesPerSecond(),
        progress.bytesPerSecond() / 1e6);
  }

  /** Takes the moving line away again. */
  @Override
  public void close() {
    line.close();
  }
}
