package org.modelledger.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.modelledger.tlog.FsckListener;
import org.modelledger.tlog.FsckProgress;

/**
 * Shows how far a check is: on a terminal one line that is written over, elsewhere a line now and then.
 */
final class ProgressLine implements FsckListener, AutoCloseable {

  private static final String CLEAR = "\r\u001b[2K";
  private static final Duration EACH_ON_TERMINAL = Duration.ofMillis(100);
  private static final Duration EACH = Duration.ofSeconds(10);
  private static final int WIDTH = 20;

  private final PrintWriter err;
  private final boolean terminal;
  private Duration next;
  private boolean drawn;

  ProgressLine(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
    this.next = terminal ? Duration.ZERO : EACH;
  }

  /** Returns whether the standard error stream is one; the script that starts the command knows. */
  static boolean isTerminal() {
    return Boolean.getBoolean("modelledger.terminal");
  }

  @Override
  public void progress(FsckProgress progress) {
    if (progress.elapsed().compareTo(next) < 0) {
      return;
    }
    next = progress.elapsed().plus(terminal ? EACH_ON_TERMINAL : EACH);
    if (terminal) {
      err.print(CLEAR + bar(progress) + text(progress));
      drawn = true;
    } else {
      err.println(text(progress));
    }
    err.flush();
  }

  private static String bar(FsckProgress progress) {
    int done = progress.total() == 0 ? WIDTH : (int) (WIDTH * share(progress));
    return "[" + "#".repeat(done) + "-".repeat(WIDTH - done) + "] ";
  }

  private static double share(FsckProgress progress) {
    return progress.total() == 0 ? 1 : (double) progress.entries() / progress.total();
  }

  private static String text(FsckProgress progress) {
    return String.format(Locale.ROOT, "%3d %%  %,d of %,d entries, %s%s",
        (int) (100 * share(progress)), progress.entries(), progress.total(), rate(progress),
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
    if (drawn) {
      err.print(CLEAR);
      err.flush();
    }
  }
}
