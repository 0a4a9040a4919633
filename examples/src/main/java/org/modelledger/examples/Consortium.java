package org.modelledger.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modelledger.AttestedModel;
import org.modelledger.ModelLedger;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.audit.RegistryHistory;
import org.modelledger.examples.FabricOnDevPeer.Member;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelName;
import org.modelledger.model.StorageException;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.Role;
import org.modelledger.signing.VerificationKey;
import org.modelledger.spi.Providers;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/**
 * Two organisations share a registry on a channel of Hyperledger Fabric, and neither has to trust the
 * other: a laboratory trains, a bank puts into service and decides, an auditor reads. What each of
 * them may not do is tried as well, and refused by the chain. Takes the directory to work in, {@code
 * consortium-out} if there is none.
 */
public final class Consortium {
  static final String LAB = "LabMSP";
  static final String BANK = "BankMSP";
  static final ModelName MODEL = ModelName.of("lab/digits");
  static final EnvironmentName PRODUCTION = EnvironmentName.of("production");

  /** What Fabric's certificate authority certifies of somebody; the chaincode reads it. */
  private static final String ROLES = "modelledger.roles";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long SEED = 42;
  private static final double TRAINING = 0.8;
  private static final int EPOCHS = 20;
  private static final int CASES = 100;
  /** MSP id, then the names in subject and issuer. */
  private static final Pattern ACCOUNT = Pattern.compile("([^:]+):(?:.*,)?CN=([^,:]+)[^:]*:.+");

  /**
   * Something that was tried and did not happen.
   *
   * @param who tried it
   * @param what was tried
   * @param why what the chain answered
   */
  record Refusal(String who, String what, CommandRefusedException why) {}

  private final Console console;
  private final Path out;
  private final List<Refusal> refusals = new ArrayList<>();

  Consortium(Console console, Path out) {
    this.console = console;
    this.out = out;
  }

  public static void main(String[] args) throws InterruptedException {
    if (args.length > 1 || args.length == 1 && args[0].startsWith("-")) {
      System.err.println("usage: quickstart consortium [directory]");
      System.exit(2);
    }
    try {
      var unused = new Consortium(Console.standard(),
          Path.of(args.length == 0 ? "consortium-out" : args[0])).run(FabricOnDevPeer.DISTRIBUTION);
    } catch (ModelLedgerException e) {
      System.err.println("consortium: " + e.getMessage());
      System.exit(1);
    }
  }

  /**
   * Tells the story.
   *
   * @param chaincode where the chaincode's distribution is
   * @return what the auditor finds on the ledger
   */
  List<LedgerEvent> run(Path chaincode) throws InterruptedException {
    Workplace workplace = Workplace.prepare(out);
    console.heading("The channel");
    try (FabricOnDevPeer fabric = FabricOnDevPeer.start(workplace.fabric(), chaincode,
        List.of(LAB, BANK))) {
      console.ok("two organisations, " + LAB + " and " + BANK
          + "; what is to count, the peers of both have computed and signed");
      Member ann = enroll(fabric, LAB, "ann", "owner trainer");
      Member bob = enroll(fabric, BANK, "bob", "deployer anchorer");
      Member eve = enroll(fabric, BANK, "eve", "auditor");
      try (ModelLedger lab = ModelLedger.builder(ann.uri()).home(out.resolve("lab")).open();
          ModelRegistry auditor = open(eve.uri())) {
        ModelVersion version = train(lab);
        putIntoService(lab, bob, version);
        onlyRead(lab, auditor, version);
        withdraw(lab, bob, version);
      }
      return audit(eve);
    }
  }

  private Member enroll(FabricOnDevPeer fabric, String mspId, String name, String roles) {
    console.ok(String.format(Locale.ROOT, "%s has a certificate of %-8s for: %s", name, mspId,
        roles.replace(" ", ", ")));
    return fabric.enroll(mspId, name, Map.of(ROLES, roles));
  }

  private static ModelRegistry open(String uri) {
    return Providers.openRegistry(uri, Consortium.class.getClassLoader());
  }

  /** The laboratory owns the model, and still cannot put it into service: its certificate says so. */
  private ModelVersion train(ModelLedger lab) throws InterruptedException {
    console.heading("The laboratory trains");
    TrainingSpec spec = TrainingSpec.builder("mlp")
        .features("pixels")
        .target("label")
        .seed(SEED)
        .parameter("hidden", "32")
        .parameter("inputScale", 1.0 / 16)
        .parameter("epochs", EPOCHS)
        .build();
    ModelVersion version;
    try (Trainer trainer = lab.trainer("exact")) {
      TrainedModel trained = trainer.train(spec,
          Digits.load().split(TRAINING, SEED)[0].dataset("the laboratory's rows"),
          TrainingListener.NONE);
      version = lab.register(MODEL.value(), trained);
    }
    console.ok("ann has registered " + version.id() + ": artifact " + version.artifact());
    refused("ann", "deploys what she has trained", lab.registry(),
        new DeployVersion(version.id(), PRODUCTION));
    return version;
  }

  /** The bank checks what it was given against the ledger, puts it into service, and runs it. */
  private void putIntoService(ModelLedger lab, Member bob, ModelVersion version)
      throws InterruptedException {
    console.heading("The bank puts into service");
    try (ModelLedger bank = ModelLedger.builder(bob.uri())
        .home(handOver(lab, version))
        .trust(VerificationKey.parse(lab.modelSigningKeyPem()))
        .open()) {
      refused("bob", "deploys before the owner lets him", bank.registry(),
          new DeployVersion(version.id(), PRODUCTION));
      grant(lab, bank.account());
      LedgerEvent.ModelDeployed deployed = bank.deploy(version, PRODUCTION.value());
      console.ok("bob has deployed " + deployed.version() + " to " + deployed.environment());
      decide(bank);
      refused("bob", "registers a version", bank.registry(),
          new RegisterVersion(MODEL, Digest.sha256(new byte[]{1}), version.statement()));
      refused("bob", "makes himself a trainer", bank.registry(),
          new GrantRole(MODEL, bank.account(), Role.TRAINER));
    }
  }

  private void grant(ModelLedger lab, AccountId account) throws InterruptedException {
    LedgerEvent.RoleChanged granted = lab.grant(MODEL.value(), account, Role.DEPLOYER);
    console.ok("ann has given the role " + granted.role() + " on " + MODEL + " to " + who(account));
  }

  /**
   * Files, signature and lineage statement go from house to house by any way at all: what is on the
   * ledger tells whether they are the right ones.
   *
   * @return the bank's home, with these in it
   */
  private Path handOver(ModelLedger lab, ModelVersion version) throws InterruptedException {
    Path parcel = out.resolve("parcel");
    Path bank = out.resolve("bank");
    lab.exportModel(version, parcel);
    ArtifactStore artifacts = ArtifactStore.open(bank.resolve("artifacts"));
    var unusedFiles = artifacts.ingest(parcel);
    var unusedStatement = artifacts.putStatement(lab.lineageStatement(version));
    try {
      Trees.copy(lab.home().resolve("signatures"), bank.resolve("signatures"));
    } catch (IOException e) {
      throw new StorageException("copy signatures to", bank, e);
    }
    return bank;
  }

  /** The bank decides with it, and anchors the receipts. */
  private void decide(ModelLedger bank) throws InterruptedException {
    Digits cases = Digits.load().split(TRAINING, SEED)[1];
    List<PendingReceipt> receipts = new ArrayList<>();
    try (AttestedModel model = bank.load(MODEL + "@" + PRODUCTION)) {
      console
          .ok("what has arrived at the bank is what the ledger says, " + model.version().artifact()
              + ", and the laboratory has signed it");
      for (int i = 0; i < CASES; i++) {
        receipts.add(model.infer(cases.input(i), Map.of("case", "case-" + i)).receipt());
      }
      for (PendingReceipt receipt : receipts) {
        var unused = receipt.await(PATIENCE);
      }
    }
    Anchor anchor = bank.anchor();
    console
        .ok("bob has decided " + CASES + " cases with it; " + anchor.origin() + " is anchored at "
            + anchor.treeSize() + " receipts, root " + anchor.rootHash());
  }

  /** What an auditor's certificate is for cannot be widened by anybody but who issues it. */
  private void onlyRead(ModelLedger lab, ModelRegistry auditor, ModelVersion version)
      throws InterruptedException {
    console.heading("The auditor only reads");
    refused("eve", "creates a model", auditor, new CreateModel(ModelName.of("eve/model")));
    refused("eve", "anchors a log", auditor,
        new AnchorLog(LogOrigin.of("eve.example/log"), 1, Digest.sha256(new byte[]{1})));
    AccountId eve = auditor.account().orElseThrow();
    grant(lab, eve);
    refused("eve", "deploys although she was given the role", auditor,
        new DeployVersion(version.id(), PRODUCTION));
    var unused = lab.revokeRole(MODEL.value(), eve, Role.DEPLOYER);
    console.ok("ann has taken the role back");
  }

  /** What the owner withdraws nobody puts into service again. */
  private void withdraw(ModelLedger lab, Member bob, ModelVersion version)
      throws InterruptedException {
    console.heading("The laboratory withdraws");
    LedgerEvent.VersionRevoked revoked = lab.revoke(version.id(), "two labels were mixed up");
    console.ok("ann has revoked " + revoked.version());
    try (ModelRegistry bank = open(bob.uri())) {
      refused("bob", "deploys it again", bank, new DeployVersion(version.id(), PRODUCTION));
    }
  }

  /** Reads from the channel's first block on, as anybody does who has a certificate of a member. */
  private List<LedgerEvent> audit(Member eve) {
    console.heading("What the auditor finds");
    List<LedgerEvent> history;
    try (ModelRegistry registry = open(eve.readingUri())) {
      history = RegistryHistory.of(registry).toList();
      for (LedgerEvent event : history) {
        console.line(String.format(Locale.ROOT, "  %-8s %s, by %s on %s", event.header().position(),
            History.describe(event), who(event.header().author()), event.header().time()));
      }
    }
    console.line("");
    console.line("Nothing that was refused is among these " + history.size()
        + " events. Yet the channel's blocks keep each attempt, signed by who made it.");
    return history;
  }

  /** Tries something that the chain has to refuse. */
  private void refused(String who, String what, ModelRegistry registry, Command<?> command)
      throws InterruptedException {
    try {
      LedgerEvent event = registry.submit(command).await(PATIENCE);
      throw new IllegalStateException(who + " " + what + ", and the chain let it happen: " + event);
    } catch (CommandRefusedException e) {
      refusals.add(new Refusal(who, what, e));
      console.caught(who + " " + what + ": " + e.getMessage());
    }
  }

  /** What was tried and refused until now. */
  List<Refusal> refusals() {
    return List.copyOf(refusals);
  }

  /** An account of Fabric by its name and its organisation. */
  private static String who(AccountId account) {
    Matcher matcher = ACCOUNT.matcher(account.value());
    return matcher.matches()
        ? matcher.group(2) + " of " + matcher.group(1)
        : account.value();
  }
}
