package org.modelledger.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.modelledger.ModelLedger;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.ReceiptSession;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;

/**
 * A bank whose software does what it wants. It has its own keys, so that everything it signs is signed; it
 * passes over whatever {@link ModelLedger#load} would refuse, and writes receipts of its own making. All of it
 * happens in a copy of its world.
 */
final class Impostor {
  private static final int CASES = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final AuditPlace copy;
  private final List<Bank> banks;
  private final Bank bank;

  private Impostor(AuditPlace copy, List<Bank> banks, Bank bank) {
    this.copy = copy;
    this.banks = banks;
    this.bank = bank;
  }

  /** Copies all that a bank needs to go on, the registry above all. */
  static Impostor of(Bank bank, List<Bank> banks, AuditPlace genuine, Path world)
      throws IOException {
    AuditPlace copy = new AuditPlace(world);
    Files.createDirectories(copy.auditor());
    Trees.copy(genuine.registry(), copy.registry());
    Trees.copy(genuine.registryKeys(), copy.registryKeys());
    Trees.copy(bank.home(), copy.home(bank.name()));
    return new Impostor(copy, banks, bank);
  }

  /**
   * Decides some cases, anchors, and hands the evidence of these over.
   *
   * @param claimed the version that the receipts name
   * @param used the version that answers
   * @return the evidence pack
   */
  Path decide(ModelVersionId claimed, ModelVersionId used)
      throws InterruptedException, VerificationException {
    Path pack = copy.pack(bank);
    try (ModelLedger ledger = new AuditPacks(banks).open(copy, bank)) {
      long before = ledger.receipts().size();
      run(ledger, claimed, used);
      var unused = ledger.anchor();
      AuditPacks.write(ledger, pack, LongStream.range(before, before + CASES));
    }
    return pack;
  }

  private static void run(ModelLedger ledger, ModelVersionId claimed, ModelVersionId used)
      throws InterruptedException {
    Loans cases = Loans.of("cases.csv", CASES, 0, 99);
    try (InferenceEngine engine = Providers.openInferenceEngine("exact",
        ProviderOptions.empty(), Impostor.class.getClassLoader());
        LoadedModel model = engine.load(ledger.artifacts().open(artifact(ledger, used)));
        ReceiptSession session = ledger.receipts()
            .session(claimed, artifact(ledger, claimed), engine.info(), model.determinism())) {
      for (int i = 0; i < CASES; i++) {
        Tensors application = cases.application(i);
        ReceiptSession.Slot slot = session.reserve(application, Map.of("case", "case-" + i));
        var unused = slot.complete(model.run(application)).await(PATIENCE);
      }
    }
  }

  private static Digest artifact(ModelLedger ledger, ModelVersionId version) {
    return ledger.registry().version(version).orElseThrow().artifact();
  }
}
