package org.modelledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.modelledger.tlog.FsckProgress;

class ProgressLineTest {

  private static final String CLEAR = "\r\u001b[2K";

  private final StringWriter written = new StringWriter();

  private void run(boolean terminal, int... milliseconds) {
    try (ProgressLine line = new ProgressLine(new PrintWriter(written), terminal)) {
      for (int elapsed : milliseconds) {
        line.progress(new FsckProgress(elapsed, 40_000, elapsed * 1000L, elapsed > 20_000 ? 3 : 0,
            Duration.ofMillis(elapsed)));
      }
    }
  }

  @Test
  void elsewhereThanOnATerminalItIsALineNowAndThen() {
    run(false, 0, 5_000, 10_000, 15_000, 21_000);
    assertThat(written.toString().lines()).containsExactly(
        " 25 %  10,000 of 40,000 entries, 1,000 entries/s, 1.0 MB/s",
        " 52 %  21,000 of 40,000 entries, 1,000 entries/s, 1.0 MB/s, 3 findings");
  }

  @Test
  void onATerminalItMovesAndIsGoneInTheEnd() {
    run(true, 0, 50, 10_000, 40_000);
    assertThat(written.toString()).isEqualTo(CLEAR
        + "[--------------------]   0 %  0 of 40,000 entries, 0 entries/s, 0.0 MB/s" + CLEAR
        + "[#####---------------]  25 %  10,000 of 40,000 entries, 1,000 entries/s, 1.0 MB/s"
        + CLEAR
        + "[####################] 100 %  40,000 of 40,000 entries, 1,000 entries/s, 1.0 MB/s,"
        + " 3 findings" + CLEAR);
  }

  @Test
  void saysNothingOfWhatIsDoneAtOnce() {
    run(false, 10, 20);
    run(true);
    assertThat(written.toString()).isEmpty();
  }
}
