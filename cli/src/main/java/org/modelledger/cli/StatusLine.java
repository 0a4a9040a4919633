package org.modelledger.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Says how far something is: on a terminal in one line that is written over, elsewhere in a line now and then. */
final class StatusLine implements AutoCloseable {

  private static final String CLEAR = "\r\u001b[2K";
  private static final Duration EACH_ON_TERMINAL = Duration.ofMillis(100);
  private static final Duration EACH = Duration.ofSeconds(10);
  private static final int WIDTH = 20;

  private final PrintWriter err;
  private final boolean terminal;
  private Duration next;
  private boolean drawn;

  StatusLine(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
    this.next = terminal ? Duration.ZERO : EACH;
  }

  /**
   * Shows it, if it is time for that.
   *
   * @param elapsed since the beginning
   * @param share from 0 to 1
   * @param text what else to say; asked for only if it is shown
   */
  void show(Duration elapsed, double share, Supplier<String> text) {
    if (elapsed.compareTo(next) < 0) {
      return;
    }
    next = elapsed.plus(terminal ? EACH_ON_TERMINAL : EACH);
    String shown = String.format(Locale.ROOT, "%3d %%  %s", (int) (100 * share), text.get());
    if (terminal) {
      err.print(CLEAR + bar(share) + shown);
      drawn = true;
    } else {
      err.println(shown);
    }
    err.flush();
  }

  private static String bar(double share) {
    int done = (int) (WIDTH * share);
    return "[" + "#".repeat(done) + "-".repeat(WIDTH - done) + "] ";
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
