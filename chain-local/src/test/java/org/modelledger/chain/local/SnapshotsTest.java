package org.modelledger.chain.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.LogOrigin;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.TransferOwnership;
import org.modelledger.registry.Role;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;

class SnapshotsTest {
  private static final LogOrigin RECEIPTS = LogOrigin.of("acme.example/receipts");

  private static final Logger WARNINGS = Logger.getLogger(Snapshots.class.getName());

  @TempDir
  Path directory;

  private Home home;

  /** Some tests damage hundreds of snapshots, and each would be reported with its stack trace. */
  @BeforeAll
  static void silence() {
    WARNINGS.setUseParentHandlers(false);
  }

  @AfterAll
  static void listen() {
    WARNINGS.setUseParentHandlers(true);
  }

  @BeforeEach
  void fill() throws Exception {
    home = new Home(directory);
    try (LocalRegistry registry = LocalRegistry.open(home.writing("alice").withSnapshotEvery(1))) {
      registry.submit(new CreateModel(Home.MODEL));
      for (int i = 1; i <= 5; i++) {
        registry.submit(Home.register(i));
      }
      registry.submit(new DeployVersion(Home.MODEL.version(5), Home.PRODUCTION));
      registry.submit(new GrantRole(Home.MODEL, TestKeys.account("bob").account(), Role.TRAINER));
      registry.submit(new RevokeVersion(Home.MODEL.version(2), Home.digest("why")));
      registry.submit(new TransferOwnership(Home.MODEL, TestKeys.account("carol").account()));
      registry.submit(Home.id(1), new AnchorLog(RECEIPTS, 7, Home.digest("root")))
          .await(Home.MINUTE);
    }
  }

  /** Everything that is in a snapshot, as a reader has it. */
  private static List<Object> seen(LocalRegistry registry) {
    List<Object> seen = new ArrayList<>();
    seen.add(registry.model(Home.MODEL));
    for (int i = 1; i <= 6; i++) {
      seen.add(registry.version(Home.MODEL.version(i)));
    }
    seen.add(registry.deployed(Home.MODEL, Home.PRODUCTION));
    seen.add(registry.anchor(RECEIPTS, TestKeys.account("alice").account()));
    seen.addAll(Home.history(registry));
    return seen;
  }

  private List<Object> seen(LocalRegistryOptions options) {
    try (LocalRegistry registry = LocalRegistry.open(options)) {
      return seen(registry);
    }
  }

  /** Returns the state that the newest usable snapshot has, before anything of the log. */
  private Optional<Long> usableSize() throws Exception {
    LogReader reader = LogReader.open(TileSource.directory(home.ledger()),
        home.logKey().verifier());
    SignedCheckpoint at = reader.latest();
    return new Snapshots(home.ledger(), home.logKey().verifier())
        .newest(() -> new RegistryState(1), reader, at)
        .map(RegistryState::size);
  }

  private List<Path> snapshots() throws Exception {
    return home.files(Snapshots.DIRECTORY);
  }

  @Test
  void giveTheStateThatTheLogGives() throws Exception {
    assertThat(usableSize()).contains(11L);
    assertThat(seen(home.reading())).isEqualTo(seen(home.reading().withFullReplay()));
    assertThat(snapshots()).hasSizeBetween(1, 2)
        .last()
        .asString()
        .endsWith(".snapshot");
  }

  @Test
  void knowTheSubmissionsAndTheRules() throws Exception {
    try (LocalRegistry registry = home.open("alice")) {
      assertThat(registry.resume(Home.id(1)).orElseThrow().await(Home.MINUTE).header().position())
          .hasToString("10.0");
      registry.submit(Home.register(6)).await(Home.MINUTE);
      assertThat(registry.version(Home.MODEL.version(6))).isPresent();
    }
    assertThat(seen(home.reading())).isEqualTo(seen(home.reading().withFullReplay()));
  }

  @Test
  void areNotNeeded() throws Exception {
    List<Object> before = seen(home.reading());
    for (Path snapshot : snapshots()) {
      Files.delete(snapshot);
    }
    assertThat(usableSize()).isEmpty();
    assertThat(seen(home.reading())).isEqualTo(before);
    Files.delete(home.ledger().resolve(Snapshots.DIRECTORY));
    Files.writeString(home.ledger().resolve(Snapshots.DIRECTORY), "not a directory");
    assertThat(seen(home.writing("alice"))).isEqualTo(before);
  }

  @Test
  void arePassedOverWhenOneBitIsFlippedAnywhere() throws Exception {
    List<Object> before = seen(home.reading());
    Path newest = keepOne();
    byte[] good = Files.readAllBytes(newest);
    for (int at = 0; at < good.length; at += 1 + good.length / 60) {
      Home.flip(newest, at);
      assertThat(usableSize()).as("byte %s of %s", at, good.length).isEmpty();
      Files.write(newest, good);
    }
    Home.flip(newest, good.length / 2);
    assertThat(seen(home.reading())).isEqualTo(before);
  }

  private Path keepOne() throws Exception {
    Path newest = home.ledger().resolve(Snapshots.DIRECTORY).resolve("11.snapshot");
    for (Path snapshot : snapshots()) {
      if (!snapshot.equals(newest)) {
        Files.delete(snapshot);
      }
    }
    return newest;
  }

  @Test
  void areMadeAnewWhereTheyAreDamagedOrAheadOfTheLog() throws Exception {
    Path newest = keepOne();
    Path ahead = newest.resolveSibling("9999999999.snapshot");
    Home.flip(newest, 100);
    Files.copy(newest, ahead);
    assertThat(usableSize()).isEmpty();

    LocalRegistry.open(home.writing("alice").withSnapshotEvery(1)).close();

    assertThat(usableSize()).contains(11L);
    assertThat(snapshots()).containsExactly(newest);
  }

  @Test
  void arePassedOverWhenTorn() throws Exception {
    Path newest = keepOne();
    byte[] good = Files.readAllBytes(newest);
    for (int length = 0; length < good.length; length += 1 + good.length / 60) {
      Files.write(newest, Arrays.copyOf(good, length));
      assertThat(usableSize()).as("%s of %s bytes", length, good.length).isEmpty();
    }
    Files.write(newest, Arrays.copyOf(good, good.length + 1));
    assertThat(usableSize()).isEmpty();
  }

  @Test
  void fallBackToTheOneBefore() throws Exception {
    try (LocalRegistry registry = LocalRegistry.open(home.writing("alice").withSnapshotEvery(1))) {
      registry.submit(Home.register(6)).await(Home.MINUTE);
    }
    Home.flip(home.ledger().resolve(Snapshots.DIRECTORY).resolve("12.snapshot"), 100);

    assertThat(usableSize()).contains(11L);
  }

  @Test
  void arePassedOverWhenTheyAreOfAnotherLedger() throws Exception {
    Path mine = keepOne();
    Home other = new Home(directory.resolve("other"));
    try (LocalRegistry registry = LocalRegistry.open(other.writing("alice").withSnapshotEvery(1))) {
      registry.submit(new CreateModel(Home.MODEL)).await(Home.MINUTE);
    }
    Files.copy(other.files(Snapshots.DIRECTORY).getLast(), mine,
        StandardCopyOption.REPLACE_EXISTING);

    assertThat(usableSize()).isEmpty();
  }

  @Test
  void arePassedOverWhenAnotherKeyOfTheSameNameSignedThem() throws Exception {
    NoteSigner forger = NoteSigner.generate(home.origin().value(), new SecureRandom());
    rewrite(forger, 11);

    assertThat(usableSize()).isEmpty();
  }

  @Test
  void arePassedOverWhenTheLogHasAnotherRoot() throws Exception {
    rewrite(home.logKey(), 10);

    assertThat(usableSize()).isEmpty();
  }

  /** Writes the state of the log as a snapshot with the root of another size. */
  private void rewrite(NoteSigner signer, long rootOfSize) throws Exception {
    Path newest = keepOne();
    LogReader reader = LogReader.open(TileSource.directory(home.ledger()),
        home.logKey().verifier());
    SignedCheckpoint at = reader.latest();
    RegistryState state = new RegistryState(1);
    Replay.apply(state, reader, at, home.origin());
    Files.delete(newest);
    new Snapshots(home.ledger(), home.logKey().verifier())
        .write(state.copy(), reader.rootAt(rootOfSize, at), signer);
    assertThat(newest).exists();
  }

  @Test
  void arePassedOverWhenTheyAreAheadOfTheLog() throws Exception {
    Path newest = keepOne();
    byte[] ahead = Files.readAllBytes(newest);
    Home shorter = new Home(directory.resolve("shorter"));
    Files.createDirectories(shorter.keys());
    Files.copy(home.logKeyFile(), shorter.logKeyFile());
    try (LocalRegistry registry = shorter.open("alice")) {
      registry.submit(new CreateModel(Home.MODEL)).await(Home.MINUTE);
    }
    Files.createDirectories(shorter.ledger().resolve(Snapshots.DIRECTORY));
    Files.write(shorter.ledger().resolve(Snapshots.DIRECTORY).resolve("11.snapshot"), ahead);

    home = shorter;
    assertThat(usableSize()).isEmpty();
    try (LocalRegistry registry = LocalRegistry.open(shorter.reading())) {
      assertThat(registry.model(Home.MODEL).orElseThrow().latestVersion()).isZero();
    }
  }
}
