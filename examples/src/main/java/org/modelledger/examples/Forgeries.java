package org.modelledger.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.modelledger.ModelLedger;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.registry.ModelVersion;
import org.modelledger.tlog.FsckReport;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.TileSource;
import org.modelledger.tlog.TlogProof;

/** Changes one byte of a copy of the model, of a receipt and of the log, and shows who notices. */
final class Forgeries {
  private final Console console;
  private final ModelLedger ledger;
  private final Workplace workplace;
  private final ModelVersion version;
  private final List<LoggedReceipt> receipts;

  Forgeries(Console console, ModelLedger ledger, Workplace workplace, ModelVersion version,
      List<LoggedReceipt> receipts) {
    this.console = console;
    this.ledger = ledger;
    this.workplace = workplace;
    this.version = version;
    this.receipts = receipts;
  }

  /** @throws IllegalStateException if a forgery passes */
  void showAllAreCaught() throws InterruptedException {
    console.heading("8. Forgeries: one byte each");
    try {
      forgeModel();
      forgeReceipt();
      forgeLog();
    } catch (IOException e) {
      throw new StorageException("forge copies in", workplace.forged(), e);
    } catch (ProofException e) {
      throw new IllegalStateException("the evidence was sound a moment ago", e);
    }
  }

  private void forgeModel() throws IOException, InterruptedException {
    Path copy = workplace.forged().resolve("model");
    Trees.copy(workplace.model(), copy);
    Path file = largestFile(copy);
    flipByte(file, Files.size(file) / 2);
    try {
      ledger.verifier().verifyModel(version.id(), copy);
    } catch (VerificationException e) {
      console.caught("model: " + e.getMessage());
      return;
    }
    throw new IllegalStateException("the changed model " + file + " passed as " + version.id());
  }

  private void forgeReceipt() throws ProofException, InterruptedException {
    LoggedReceipt receipt = receipts.get(receipts.size() / 2);
    TlogProof proof = ledger.receipts().proof(receipt.index());
    byte[] leaf = proof.extraBytes().orElseThrow();
    leaf[leaf.length - 1] ^= 1; // the last byte of a commitment: still a well-formed receipt
    try {
      ledger.verifier().verify(proof.withExtra(leaf));
    } catch (VerificationException e) {
      console.caught("receipt: " + e.getMessage());
      return;
    }
    throw new IllegalStateException("the changed receipt " + receipt.index() + " passed");
  }

  private void forgeLog() throws IOException, ProofException {
    Path copy = workplace.forged().resolve("receipts");
    Trees.copy(workplace.receipts(), copy);
    Path bundle = largestFile(copy.resolve("tile").resolve("entries"));
    flipByte(bundle, Files.size(bundle) / 2);
    LogReader reader = LogReader.open(TileSource.directory(copy), ledger.receipts().key());
    FsckReport report = reader.verifyAll(reader.latest());
    if (report.isIntact()) {
      throw new IllegalStateException("the changed log in " + copy + " passed");
    }
    console.caught("log: " + report.findings().get(0));
  }

  private static Path largestFile(Path directory) throws IOException {
    Path largest = null;
    long size = -1;
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        if (Files.size(file) > size) {
          size = Files.size(file);
          largest = file;
        }
      }
    }
    if (largest == null) {
      throw new IllegalStateException("there is no file in " + directory);
    }
    return largest;
  }

  private static void flipByte(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 1;
    Files.write(file, bytes);
  }
}
