package org.modelledger.chain.support;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** The process that {@link OutboxKillTest} kills: adds and settles until then, and says what is durable. */
final class KilledOutbox {
  private KilledOutbox() {}

  /** Arguments: the directory, the number of the run, and from what sequence number on it adds. */
  public static void main(String[] arguments) throws Exception {
    long run = Long.parseLong(arguments[1]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    Random random = new Random(run);
    try (Outbox outbox = Outbox.open(OutboxKillTest.options(Path.of(arguments[0])))) {
      long first = outbox.next();
      out.println("first " + first);
      Thread.ofPlatform().daemon().start(() -> {
        try {
          for (long n = first; outbox.awaitDurable(n, Duration.ofDays(1)); n++) {
            out.println("durable " + (n - first + 1));
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
      for (long n = 0; n < 1_000_000; n++) {
        outbox.add(History.id(run, n), History.command(run, n));
        History.settleSome(outbox, random);
      }
    }
  }
}
