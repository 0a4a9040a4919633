package org.modelledger;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.modelledger.Fixture.LONG;
import static org.modelledger.Fixture.input;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.receipt.SessionId;
import org.modelledger.verification.LogReport;

class CrashTest {
  private static final int ROUNDS = Integer.getInteger("modelledger.kills.receipts", 4);
  private static final int MOST_MILLIS = 100;

  @TempDir
  Path dir;

  /** Infers until it is killed; says the index of every receipt that it awaited. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws InterruptedException {
      try (PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true,
          StandardCharsets.UTF_8);
          ModelLedger ledger = Fixture.builder(Path.of(args[0])).open();
          AttestedModel model = ledger.load("acme/points@production")) {
        Thread other = Thread.ofPlatform().start(() -> inferForever(out, model, 1000));
        inferForever(out, model, 0);
        other.join();
      }
    }

    private static void inferForever(PrintStream out, AttestedModel model, int input) {
      try {
        for (int i = 0;; i++) {
          List<PendingReceipt> several = new ArrayList<>();
          for (int k = 0; k < 1 + i % 7; k++) {
            several.add(model.infer(input(input + i, k)).receipt());
          }
          for (PendingReceipt pending : several) {
            LoggedReceipt logged = pending.await(LONG);
            out.println(logged.index() + " " + logged.receipt().leafHash());
          }
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void everyReceiptThatWasAwaitedIsThereAfterAKill() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      assertThat(Fixture.deployed(ledger).id().number()).isEqualTo(1);
    }
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.out.println("-Dmodelledger.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<String> acknowledged = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      acknowledged.addAll(runAndKill(random));
      try (ModelLedger ledger = Fixture.builder(dir).open()) {
        for (String line : acknowledged) {
          long index = Long.parseLong(line.substring(0, line.indexOf(' ')));
          ReceiptEntry entry = ledger.receipts().entry(index);
          assertThat(index + " " + entry.leafHash()).isEqualTo(line);
        }
        LogReport report = ledger.verifier().checkAll(5);
        report.requireSound();
        assertThat(report.receipts()).isGreaterThanOrEqualTo(acknowledged.size());
        assertThat(report.opened()).as("no receipt without its evidence")
            .isEqualTo(report.receipts());
        // the first kill may come before there are five
        assertThat(report.replayed()).isEqualTo(Math.min(5, report.receipts()));
        assertThat(report.unacknowledged()).as("what is missing shows")
            .isEqualTo(missing(ledger, report.size()));
      }
    }
  }

  /** Counts the numbers of sessions, up to the highest of each, that are in no entry. */
  private static long missing(ModelLedger ledger, long size) {
    Map<SessionId, BitSet> sessions = new HashMap<>();
    for (long index = 0; index < size; index++) {
      ReceiptEntry entry = ledger.receipts().entry(index);
      BitSet numbers = sessions.computeIfAbsent(entry.session(), id -> new BitSet());
      assertThat(numbers.get((int) entry.sequence())).as("a number is used once").isFalse();
      numbers.set((int) entry.sequence());
    }
    return sessions.values().stream().mapToLong(set -> set.length() - set.cardinality()).sum();
  }

  /** Kills some time after the first receipt, not when the child says something. */
  private List<String> runAndKill(SplittableRandom random)
      throws IOException, InterruptedException {
    Process child = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), Child.class.getName(), dir.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    long millis = random.nextLong(1, MOST_MILLIS);
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
      lines.add(requireNonNull(out.readLine(), "the child ended by itself"));
      Thread killer = Thread.ofVirtual().start(() -> {
        try {
          child.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        // not child.destroyForcibly(), which closes the stream: what it said before counts
        child.toHandle().destroyForcibly();
      });
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
      killer.join();
    }
    assertThat(child.waitFor()).as("killed").isNotZero();
    return lines;
  }
}
