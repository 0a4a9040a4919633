package org.modelledger.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.modelledger.ModelLedger;
import org.modelledger.evidence.Retention;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;
import org.modelledger.pack.Disclosure;
import org.modelledger.pack.EvidencePack;

/**
 * Hands evidence of banks over.
 *
 * @param banks of the consortium, who believe each other's signatures
 */
record AuditPacks(List<Bank> banks) {
  private static final int SAMPLE = 50;

  AuditPacks {
    banks = List.copyOf(banks);
  }

  /** Opens a bank's ledger in the real time, on the registry in a place. */
  ModelLedger open(AuditPlace place, Bank bank) {
    ModelLedger.Builder ledger = ModelLedger.builder(place.registryUri())
        .home(place.home(bank.name()))
        .retention(Retention.FULL);
    banks.forEach(it -> ledger.trust(it.key()));
    return ledger.open();
  }

  /** Writes what the auditor gets from a bank: a pack of receipts from all the years, and its public keys. */
  void handOver(AuditPlace place, Bank bank) throws InterruptedException, VerificationException {
    try (ModelLedger ledger = open(place, bank)) {
      Files.createDirectories(place.auditor());
      long size = ledger.receipts().size();
      long count = Math.min(SAMPLE, size);
      write(ledger, place.pack(bank), LongStream.range(0, count).map(i -> i * size / count));
      bank.key().save(place.modelKey(bank));
      Files.writeString(place.logKey(bank), bank.log() + "\n");
    } catch (IOException e) {
      throw new StorageException("hand over to", place.auditor(), e);
    }
  }

  /** Writes a pack that tells everything about these receipts. */
  static void write(ModelLedger ledger, Path pack, LongStream receipts)
      throws InterruptedException, VerificationException {
    var unused = EvidencePack.of(ledger)
        .receipts(receipts.toArray())
        .disclose(Disclosure.ALL)
        .withModelFiles()
        .writeTo(pack);
  }
}
