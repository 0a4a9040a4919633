package org.modelledger.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.evidence.Retention;
import org.modelledger.lineage.Attestation;
import org.modelledger.lineage.DataColumn;
import org.modelledger.lineage.DatasetStatement;
import org.modelledger.lineage.EvaluationStatement;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.VerificationException;
import org.modelledger.pack.Disclosure;
import org.modelledger.pack.EvidencePack;
import org.modelledger.pack.PackDescription;
import org.modelledger.pack.PackReport;
import org.modelledger.pack.PackVerifier;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.VerificationKey;
import org.modelledger.tlog.ProofException;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;
import org.modelledger.verification.LogReport;
import org.modelledger.verification.VerificationReport;

/**
 * The main job, once, for real: data → training → model bytes → registered version → deployment →
 * inference → receipt → checkpoint → verification → evidence pack, on the embedded ledger or on the one that a URI
 * names. Then three forgeries, each caught and named.
 *
 * <p>Takes the directory to work in, {@code quickstart-out} if there is none. With {@code --ethereum} the
 * ledger is a contract on a node of Ethereum that it starts itself; with {@code --fabric} it is a
 * chaincode on a channel of Hyperledger Fabric, likewise; with {@code --ledger URI} it is that one. What
 * stands behind {@code --} is run at the end, while the ledger is still there ({@link Visitor}).
 */
public final class Quickstart {
  static final String MODEL = "acme/digits";
  static final String ENVIRONMENT = "production";
  /** The share of test rows that must come out right. */
  static final double WANTED = 0.96;

  private static final long SEED = 42;
  private static final int EPOCHS = 80;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int REPLAYS = 24;
  private static final String HELD_OUT = "rows held out";

  private static final List<String> ORGANIZATIONS = List.of("AcmeMSP", "PartnerMSP");

  private final Console console;
  private final Path out;
  private final Visitor visitor;

  Quickstart(Console console, Path out) {
    this(console, out, Visitor.NONE);
  }

  Quickstart(Console console, Path out, Visitor visitor) {
    this.console = console;
    this.out = out;
    this.visitor = visitor;
  }

  public static void main(String[] args) throws InterruptedException {
    Optional<Arguments> arguments = Arguments.parse(List.of(args));
    if (arguments.isEmpty()) {
      System.err.println(Arguments.USAGE);
      System.exit(2);
    }
    try {
      run(arguments.orElseThrow());
    } catch (ModelLedgerException | VerificationException | ProofException e) {
      System.err.println("quickstart: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run(Arguments arguments)
      throws InterruptedException, VerificationException, ProofException {
    Quickstart quickstart = new Quickstart(Console.standard(), arguments.directory(),
        new Visitor(arguments.visitor()));
    double unused = switch (arguments.place()) {
      case EMBEDDED -> quickstart.run(Optional.empty());
      case ELSEWHERE -> quickstart.run(Optional.of(arguments.uri()));
      case ETHEREUM -> quickstart.runOnEthereum();
      case FABRIC -> quickstart.runOnFabric(FabricOnDevPeer.DISTRIBUTION);
    };
  }

  /** Does everything on a node that it starts; returns the accuracy on the held-out rows. */
  double runOnEthereum() throws InterruptedException, VerificationException, ProofException {
    long begun = System.nanoTime();
    Workplace workplace = Workplace.prepare(out);
    console.heading("0. Ethereum");
    try (EthereumOnAnvil ethereum = EthereumOnAnvil.start(workplace.ethereum())) {
      console.ok("anvil runs, with a registry's contract: " + ethereum.uri());
      double accuracy = run(workplace, ethereum.uri(), begun);
      visitor.visit(ethereum.uri(), out);
      return accuracy;
    }
  }

  /**
   * Does everything on a channel of Fabric that it starts, as a member of one of its two organisations.
   *
   * @param chaincode where the chaincode's distribution is
   */
  double runOnFabric(Path chaincode)
      throws InterruptedException, VerificationException, ProofException {
    long begun = System.nanoTime();
    Workplace workplace = Workplace.prepare(out);
    console.heading("0. Fabric");
    try (FabricOnDevPeer fabric = FabricOnDevPeer.start(workplace.fabric(), chaincode,
        ORGANIZATIONS)) {
      FabricOnDevPeer.Member ann = fabric.enroll(ORGANIZATIONS.getFirst(), "ann");
      console.ok("a development peer runs, with the organisations "
          + String.join(" and ", ORGANIZATIONS) + ", and the registry's chaincode, a process of its"
          + " own: " + ann.uri());
      double accuracy = run(workplace, ann.uri(), begun);
      long blocks = fabric.writeBlocks(workplace.blocks());
      console.line("The channel's " + blocks + " blocks are in " + workplace.blocks()
          + "; with the classes that Fabric itself publishes for Python a stranger");
      console.line("finds the anchor there: python3 interop/python/fabric/blocks.py " + out);
      visitor.visit(ann.uri(), out);
      return accuracy;
    }
  }

  /** Does everything, on the embedded ledger if no other is named; returns the accuracy as well. */
  double run(Optional<String> other)
      throws InterruptedException, VerificationException, ProofException {
    long begun = System.nanoTime();
    Workplace workplace = Workplace.prepare(out);
    String uri = other.orElse("local:" + workplace.ledger());
    double accuracy = run(workplace, uri, begun);
    visitor.visit(uri, out);
    return accuracy;
  }

  private double run(Workplace workplace, String uri, long begun)
      throws InterruptedException, VerificationException, ProofException {
    Digits[] parts = Digits.load().split(0.8, SEED);
    Digits training = parts[0];
    Digits held = parts[1];
    console.heading("1. Data");
    console.line("  " + training.source().name() + ", " + training.source().digest());
    console.line("  " + training.rows() + " images to learn from, " + held.rows()
        + " held out; the first of those shows a " + held.label(0) + ":");
    held.picture(0).forEach(line -> console.line("      " + line));

    double accuracy;
    try (ModelLedger ledger = ModelLedger.builder(uri)
        .home(out)
        .retention(Retention.FULL)
        .open()) {
      TrainedModel trained = train(ledger, training, held);
      ModelVersion version = registerAndDeploy(ledger, trained);
      List<LoggedReceipt> receipts = new ArrayList<>();
      accuracy = infer(ledger, held, receipts);
      state(ledger, version, trained, training.rows() + held.rows(), accuracy);
      Anchor anchor = anchor(ledger);
      workplace.export(ledger, version, receipts);
      verify(ledger, receipts);
      handOver(ledger, workplace);
      new Forgeries(console, ledger, workplace, version, receipts).showAllAreCaught();
      printChain(ledger, trained, version, receipts.get(0), anchor);
    }
    console.line("");
    console
        .line(String.format(Locale.ROOT, "Done in %.1f s. All of it is in %s; the README says how"
            + " a stranger checks it.", (System.nanoTime() - begun) / 1e9, out));
    return accuracy;
  }

  private TrainedModel train(ModelLedger ledger, Digits training, Digits held)
      throws InterruptedException {
    TrainingSpec spec = TrainingSpec.builder("mlp")
        .features("pixels")
        .target("label")
        .seed(SEED)
        .parameter("hidden", "128,64")
        .parameter("inputScale", 1.0 / 16)
        .parameter("epochs", EPOCHS)
        .parameter("batchSize", 32)
        .build();
    console.heading("2. Training");
    console.line("  " + spec);
    TrainedModel trained;
    try (Trainer trainer = ledger.trainer("exact")) {
      trained = trainer.train(spec, training.dataset("rows learned from"),
          Optional.of(held.dataset(HELD_OUT)),
          new Progress(console));
    }
    console.ok(describe(trained.metrics()));
    return trained;
  }

  private ModelVersion registerAndDeploy(ModelLedger ledger, TrainedModel trained)
      throws InterruptedException {
    console.heading("3. Registry");
    ModelVersion version = ledger.register(MODEL, trained);
    console.ok(version.id() + " is registered: artifact " + version.artifact());
    console.ok("its signed lineage statement: " + version.statement());
    LedgerEvent.ModelDeployed deployed = ledger.deploy(version, ENVIRONMENT);
    console.ok(MODEL + "@" + ENVIRONMENT + " is " + deployed.version() + ", by "
        + deployed.header().author());
    return version;
  }

  private double infer(ModelLedger ledger, Digits held, List<LoggedReceipt> receipts)
      throws InterruptedException {
    console.heading("4. Inference, a receipt each");
    List<PendingReceipt> pending = new ArrayList<>();
    int right = 0;
    try (AttestedModel model = ledger.load(MODEL + "@" + ENVIRONMENT)) {
      for (int row = 0; row < held.rows(); row++) {
        Inference inference = model.infer(held.input(row), Map.of("case", "digit-" + row));
        if (inference.outputs().get("label").toLongs()[0] == held.label(row)) {
          right++;
        }
        pending.add(inference.receipt());
        console.progress((row + 1) + " of " + held.rows() + " images");
      }
      for (PendingReceipt receipt : pending) {
        receipts.add(receipt.await(PATIENCE));
      }
    }
    double accuracy = (double) right / held.rows();
    console
        .ok(String.format(Locale.ROOT, "%d of %d images read right (%.2f %%); %d durable receipts",
            right, held.rows(), 100 * accuracy, receipts.size()));
    if (accuracy < WANTED) {
      throw new IllegalStateException(String.format(Locale.ROOT,
          "the model reads %.2f %% of the held-out images; expected at least %.0f %%",
          100 * accuracy, 100 * WANTED));
    }
    return accuracy;
  }

  /** Signs what the data is and what came of the evaluation, and asks what follows from it. */
  private void state(ModelLedger ledger, ModelVersion version, TrainedModel trained, int rows,
      double accuracy) throws InterruptedException {
    Instant now = Instant.now();
    DatasetStatement.Builder data = DatasetStatement.builder("handwritten digits", now)
        .rows(rows)
        .columns(List.of(new DataColumn("pixels", "FP32"), new DataColumn("label", "INT64")));
    trained.facts().data().stream().distinct().forEach(data::file);
    Attestation dataset = ledger.lineage().describe(data.build());
    var evaluation = EvaluationStatement.builder(version, "quickstart", now)
        .atLeast("accuracy", accuracy, WANTED);
    trained.facts()
        .data()
        .stream()
        .filter(source -> source.name().equals(HELD_OUT))
        .forEach(evaluation::data);
    Attestation evaluated = ledger.lineage().record(evaluation.build());
    console.ok("signed: what the data is (" + dataset.digest() + ") and what it achieves ("
        + evaluated.digest() + ")");
    console.ok("trained on this data: " + ledger.lineage()
        .graph()
        .trainedOn(dataset.digest())
        .stream()
        .map(trainedOn -> trainedOn.id().toString())
        .collect(Collectors.joining(", ")));
  }

  private Anchor anchor(ModelLedger ledger) throws InterruptedException {
    console.heading("5. Checkpoint and anchor");
    Anchor anchor = ledger.anchor();
    console.ok("the registry has recorded that " + anchor.origin() + " holds " + anchor.treeSize()
        + " receipts under root " + anchor.rootHash());
    return anchor;
  }

  /** Leaves everything about all receipts in one directory, and its page for people beside that. */
  private void handOver(ModelLedger ledger, Workplace workplace)
      throws InterruptedException, VerificationException {
    console.heading("7. Evidence pack");
    PackDescription pack = EvidencePack.of(ledger)
        .disclose(Disclosure.ALL)
        .withModelFiles()
        .writeTo(workplace.pack());
    PackReport report = PackVerifier.builder()
        .modelKey(VerificationKey.parse(ledger.modelSigningKeyPem()))
        .registry(ledger.registry())
        .build()
        .verify(workplace.pack());
    report.requireSound();
    console.ok(workplace.pack() + " has the evidence of " + pack.count() + " receipts, "
        + report.verdict());
    console.ok(workplace.publishReport() + " says the same to people, in any browser");
  }

  private void verify(ModelLedger ledger, List<LoggedReceipt> receipts)
      throws InterruptedException, VerificationException, ProofException {
    console.heading("6. Verification");
    LogReport all = ledger.verifier().checkAll(REPLAYS);
    all.requireSound();
    if (all.receipts() != receipts.size() || all.replayed() < REPLAYS) {
      throw new VerificationException("expected " + receipts.size() + " receipts and " + REPLAYS
          + " replays, found " + all);
    }
    console.ok(all.receipts() + " receipts are in the log that the anchor covers; "
        + all.opened() + " open to what was kept of their inputs and outputs");
    console.ok(all.replayed() + " decisions were made again, each to the last bit; one of them:");
    VerificationReport one = ledger.verifier().check(receipts.getLast().index());
    one.requireSound();
    one.steps().forEach(result -> console.line("      " + result));
  }

  private void printChain(ModelLedger ledger, TrainedModel trained, ModelVersion version,
      LoggedReceipt receipt, Anchor anchor) {
    console.heading("The chain of evidence");
    trained.facts()
        .data()
        .stream()
        .distinct()
        .forEach(data -> console
            .line("  data          " + data.name() + "  " + data.digest()));
    console.line("    ↓");
    console
        .line("  training run  " + trained.facts().spec().map(Object::toString).orElse("unknown"));
    console.line("    ↓           statement " + version.statement());
    console.line("  model bytes   " + version.artifact());
    console.line("    ↓");
    for (LedgerEvent event : ledger.history()) {
      console.line("  " + String.format(Locale.ROOT, "%-13s", "ledger " + event.header().position())
          + " " + History.describe(event) + "  " + event.header().time());
    }
    console.line("    ↓");
    console.line("  receipt " + receipt.index() + "     " + receipt.receipt().version() + " on "
        + receipt.receipt().time() + ": input " + receipt.receipt().input() + ", output "
        + receipt.receipt().output());
    console.line("    ↓");
    console
        .line("  anchor        " + anchor.origin() + ", " + anchor.treeSize() + " receipts, root "
            + anchor.rootHash());
  }

  private static String describe(Map<String, Double> metrics) {
    return new TreeMap<>(metrics).entrySet()
        .stream()
        .map(metric -> String.format(Locale.ROOT, "%s %.4f", metric.getKey(), metric.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Shows a training as it goes. */
  private record Progress(Console console) implements TrainingListener {
    private static final int BAR = 30;

    @Override
    public void onBatch(BatchReport report) {
      double done = (report.epoch() - 1 + (double) report.batch() / report.batches())
          / report.epochs();
      int filled = (int) (done * BAR);
      console.progress(String.format(Locale.ROOT, "[%s%s] epoch %d of %d, loss %.4f",
          "█".repeat(filled), "░".repeat(BAR - filled), report.epoch(), report.epochs(),
          report.loss()));
    }

    @Override
    public void onEpoch(EpochReport report) {
      if (!console.isOnTerminal() && (report.epoch() == 1 || report.epoch() % 20 == 0)) {
        console.line("  epoch " + report.epoch() + " of " + report.epochs() + ": "
            + describe(report.metrics()));
      }
    }
  }
}
