package org.modelledger.tlog;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A program that appends until it is killed, and says on its standard output how many entries are
 * acknowledged; or that the log is locked.
 */
final class KilledWriter {

  private KilledWriter() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream out = System.out;
    NoteSigner signer = NoteSigner.parse(arguments[1]);
    LogOptions options = LogOptions.builder()
        .signer(signer)
        .publishInterval(Duration.ofMillis(3))
        .build();
    try (LogWriter log = LogWriter.open(Path.of(arguments[0]), options)) {
      Deque<Appended> waiting = new ArrayDeque<>();
      while (true) {
        waiting.add(log.append(entry(log.size())));
        if (waiting.size() == 50) {
          long acknowledged = 0;
          while (!waiting.isEmpty()) {
            waiting.getFirst().await(Duration.ofMinutes(1));
            acknowledged = waiting.remove().index() + 1;
          }
          out.println(acknowledged);
        }
      }
    } catch (LogLockedException e) {
      out.println("locked");
    }
  }

  /** Returns what entry i is: its number, and a length that varies. */
  static byte[] entry(long i) {
    return ByteBuffer.allocate(Long.BYTES + (int) (i % 300)).putLong(i).array();
  }
}
