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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.verification.LogReport;

class CrashTest {
  private static final int ROUNDS = 3;
  private static final int ACKNOWLEDGED = 40;

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
        for (int i = 0;; i++) {
          List<PendingReceipt> several = new ArrayList<>();
          for (int k = 0; k < 1 + i % 7; k++) {
            several.add(model.infer(input(i, k)).receipt());
          }
          for (PendingReceipt pending : several) {
            LoggedReceipt logged = pending.await(LONG);
            out.println(logged.index() + " " + logged.receipt().leafHash());
          }
        }
      }
    }
  }

  @Test
  void everyReceiptThatWasAwaitedIsThereAfterAKill() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      assertThat(Fixture.deployed(ledger).id().number()).isEqualTo(1);
    }
    List<String> acknowledged = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      acknowledged.addAll(runAndKill());
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
        assertThat(report.replayed()).isEqualTo(5);
      }
    }
  }

  private List<String> runAndKill() throws IOException, InterruptedException {
    Process child = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), Child.class.getName(), dir.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
      while (lines.size() < ACKNOWLEDGED) {
        lines.add(requireNonNull(out.readLine(), "the child ended by itself"));
      }
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor()).as("killed").isNotZero();
    return lines;
  }
}
