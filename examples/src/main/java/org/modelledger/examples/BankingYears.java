package org.modelledger.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.Recall;
import org.modelledger.chain.local.LocalRegistry;
import org.modelledger.chain.local.LocalRegistryOptions;
import org.modelledger.evidence.Retention;
import org.modelledger.inference.Tensors;
import org.modelledger.lineage.Attestation;
import org.modelledger.lineage.DatasetStatement;
import org.modelledger.lineage.DeployPolicy;
import org.modelledger.lineage.EvaluationStatement;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/**
 * Five years of three banks with one model: each year a version that one of them trains on the loans of all,
 * and two approve; with it each decides, leaves receipts in its own log, and anchors that in the registry that
 * they share. In the third year the version of the second is revoked.
 */
final class BankingYears {
  static final String MODEL = "consortium/credit";
  static final String ENVIRONMENT = "production";
  static final int YEARS = 5;
  static final int REVOKED = 2;

  private static final Duration YEAR = Duration.ofDays(365);
  private static final Duration WORK = Duration.ofDays(30);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  /** Longer than the story, whose clock leaps: nobody is to think that the registry was unseen for years. */
  private static final Duration NEVER = Duration.ofDays(36_500);
  private static final double WANTED = 0.75;
  private static final int LEARNED = 600;
  private static final int HELD = 300;
  private static final int BATCH = 1_000;
  /** Of a large number of decisions, the small bank makes one in so many. */
  private static final int SMALL = 500;
  private static final int LEAST = 10;

  private final Console console;
  private final AuditPlace place;
  private final StoryClock clock;

  BankingYears(Console console, AuditPlace place) {
    this.console = console;
    this.place = place;
    this.clock = new StoryClock(Instant.now()
        .truncatedTo(ChronoUnit.SECONDS)
        .minus(YEAR.multipliedBy(YEARS)));
  }

  /** The three banks once they have their keys: the one that trains, a large one and a small one. */
  List<Bank> found() {
    List<Bank> banks = new ArrayList<>();
    for (String name : List.of("aare", "reuss", "limmat")) {
      banks.add(Bank.found(name, place.home(name), place.registryUri()));
    }
    return banks;
  }

  /** Tells the years. */
  void pass(List<Bank> banks, long decisions) throws InterruptedException, VerificationException {
    Bank first = banks.getFirst();
    try (LocalRegistry registry = LocalRegistry.open(
        LocalRegistryOptions.writing(place.registry(), first.accountKey())
            .withLogKey(place.registryKey())
            .withClock(clock));
        ModelLedger aare = open(registry, first, banks);
        ModelLedger reuss = open(registry, banks.get(1), banks);
        ModelLedger limmat = open(registry, banks.get(2), banks)) {
      List<ModelLedger> ledgers = List.of(aare, reuss, limmat);
      for (int year = 1; year <= YEARS; year++) {
        year(ledgers, year, share(decisions, year));
      }
    }
  }

  private ModelLedger open(LocalRegistry shared, Bank bank, List<Bank> banks) {
    DeployPolicy.Builder policy = DeployPolicy.builder().require(ENVIRONMENT, 2);
    banks.forEach(it -> policy.approver(it.account(), it.key()));
    ModelLedger.Builder ledger = ModelLedger.builder(shared.actingAs(bank.accountKey()))
        .home(bank.home())
        .clock(clock)
        .retention(Retention.FULL)
        .enqueueWait(PATIENCE)
        .onRegistryUnseen(Recall.WARN, NEVER)
        .deployPolicy(policy.build());
    banks.forEach(it -> ledger.trust(it.key()));
    return ledger.open();
  }

  /** How many decisions each bank makes in a year, so that all the years are together what was asked for. */
  private static long[] share(long decisions, int year) {
    long all = decisions * year / YEARS - decisions * (year - 1) / YEARS;
    long small = Math.max(LEAST, all / SMALL);
    long large = (all - small) * 2 / 5;
    return new long[]{all - small - large, large, small};
  }

  private void year(List<ModelLedger> ledgers, int year, long[] decisions)
      throws InterruptedException, VerificationException {
    Instant begin = clock.instant();
    long begun = System.nanoTime();
    List<Loans> loans = loans(year);
    ModelVersion version = release(ledgers, loans, year);
    if (year == REVOKED + 1) {
      clock.pass(WORK);
      var revoked = ledgers.getFirst()
          .revoke(new org.modelledger.model.ModelVersionId(version.id().model(), REVOKED),
              "outcomes of the year after were among the data that it learned from");
      console.ok(revoked.version() + " is revoked");
    }
    clock.pass(WORK);
    long all = 0;
    for (long some : decisions) {
      all += some;
    }
    Duration each = Duration.between(clock.instant(), begin.plus(YEAR).minus(WORK))
        .dividedBy(all);
    for (int bank = 0; bank < ledgers.size(); bank++) {
      decide(ledgers.get(bank), loans.get(bank), decisions[bank], each);
    }
    StringBuilder anchored = new StringBuilder();
    for (ModelLedger ledger : ledgers) {
      Anchor anchor = ledger.anchor();
      anchored.append(anchored.isEmpty() ? "" : ", ").append(anchor.treeSize());
    }
    clock.pass(Duration.between(clock.instant(), begin.plus(YEAR)));
    console.ok(String.format(Locale.ROOT,
        "%d: %s, approved by two; %,d decisions; anchored at %s receipts (%.1f s)",
        begin.atZone(ZoneOffset.UTC).getYear(), version.id(), all, anchored,
        (System.nanoTime() - begun) / 1e9));
  }

  private List<Loans> loans(int year) {
    List<Loans> loans = new ArrayList<>();
    for (int bank = 0; bank < 3; bank++) {
      loans.add(Loans.of("loans-" + bank + "-" + year + ".csv", LEARNED, 0.1 * year + 0.2 * bank,
          100L * year + bank));
    }
    return loans;
  }

  /** Trains on what all banks have, evaluates, has it approved, deploys and hands it over. */
  private ModelVersion release(List<ModelLedger> ledgers, List<Loans> loans, int year)
      throws InterruptedException, VerificationException {
    ModelLedger owner = ledgers.getFirst();
    for (int bank = 0; bank < ledgers.size(); bank++) {
      describe(ledgers.get(bank), owner, loans.get(bank));
    }
    TrainingSpec spec = TrainingSpec.builder("mlp")
        .features("application")
        .target("defaulted")
        .seed(year)
        .parameter("hidden", "16,8")
        .parameter("epochs", 15)
        .build();
    TrainedModel trained;
    try (Trainer trainer = owner.trainer("exact")) {
      trained = trainer.train(spec, Loans.together(loans), TrainingListener.NONE);
    }
    ModelVersion version = owner.register(MODEL, trained);
    evaluate(owner, version, year);
    for (ModelLedger other : ledgers.subList(1, ledgers.size())) {
      handOver(owner, other, version);
      Attestation approval = other.lineage().approve(version, ENVIRONMENT, "");
      var unused = owner.lineage()
          .add(other.lineage().envelope(approval.digest()).orElseThrow());
    }
    var unused = owner.deploy(version, ENVIRONMENT);
    return version;
  }

  private void describe(ModelLedger ledger, ModelLedger owner, Loans loans)
      throws InterruptedException, VerificationException {
    Path file = ledger.home().resolve("data").resolve(loans.source().name());
    try {
      Files.createDirectories(ledger.home().resolve("data"));
      Files.write(file, loans.csv());
    } catch (IOException e) {
      throw new StorageException("write", file, e);
    }
    Attestation described = ledger.lineage()
        .describe(DatasetStatement.builder("loans of a bank in a year", clock.instant())
            .rows(loans.rows())
            .columns(Loans.COLUMNS)
            .file(loans.source())
            .build());
    if (ledger != owner) {
      var unused = owner.lineage()
          .add(ledger.lineage().envelope(described.digest()).orElseThrow());
    }
  }

  /** On loans that it has not learned from. */
  private void evaluate(ModelLedger owner, ModelVersion version, int year)
      throws InterruptedException {
    Loans held = Loans.of("held-" + year + ".csv", HELD, 0.1 * year, 7_000L + year);
    int right = 0;
    try (AttestedModel model = owner.load(version.id())) {
      List<Tensors> rows = applications(held, 0, HELD);
      List<Inference> results = model.inferAll(rows);
      for (int i = 0; i < HELD; i++) {
        boolean defaults = results.get(i).outputs().get("label").toLongs()[0] == 1;
        right += defaults == held.defaulted(i) ? 1 : 0;
      }
    }
    var unused = owner.lineage()
        .record(EvaluationStatement.builder(version, "aare", clock.instant())
            .atLeast("accuracy", (double) right / HELD, WANTED)
            .data(held.source())
            .build());
  }

  private static void handOver(ModelLedger owner, ModelLedger other, ModelVersion version)
      throws InterruptedException, VerificationException {
    var unusedFiles = other.artifacts().ingest(owner.artifacts().open(version.artifact()));
    var unusedStatement = other.artifacts().putStatement(owner.lineageStatement(version));
    other.addSignature(version, owner.signatureBundle(version), owner.trustedKeys().getFirst());
  }

  private void decide(ModelLedger ledger, Loans loans, long decisions, Duration each)
      throws InterruptedException {
    List<PendingReceipt> last = List.of();
    try (AttestedModel model = ledger.load(MODEL + "@" + ENVIRONMENT)) {
      for (long done = 0; done < decisions; done += BATCH) {
        int some = (int) Math.min(BATCH, decisions - done);
        List<Map<String, String>> cases = new ArrayList<>(some);
        for (int i = 0; i < some; i++) {
          cases.add(Map.of("case", "case-" + (done + i)));
        }
        clock.pass(each.multipliedBy(some));
        last = model.inferAll(applications(loans, done, some), cases)
            .stream()
            .map(Inference::receipt)
            .toList();
      }
      for (PendingReceipt receipt : last) {
        var unused = receipt.await(PATIENCE);
      }
    }
  }

  private static List<Tensors> applications(Loans loans, long from, int count) {
    List<Tensors> rows = new ArrayList<>(count);
    for (long i = from; i < from + count; i++) {
      rows.add(loans.application((int) (i % loans.rows())));
    }
    return Collections.unmodifiableList(rows);
  }
}
