package org.modelledger.chain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.LogOrigin;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.Submission;

/** Whatever is changed in a ledger's directory, and by whom, is found when it is opened, and named. */
class DamageTest {
  private static final int VERSIONS = 300; // more than a tile
  private static final long TIME = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

  @TempDir
  Path directory;

  private Home home;

  @BeforeEach
  void fill() throws Exception {
    home = new Home(directory);
    try (LocalRegistry registry = home.open("alice")) {
      Submission<?> last = registry.submit(new CreateModel(Home.MODEL));
      for (int i = 1; i <= VERSIONS; i++) {
        last = registry.submit(Home.register(i));
      }
      last.await(Home.MINUTE);
    }
  }

  private LedgerCorruptException openingFails() {
    LedgerCorruptException asReader = catchThrowableOfType(LedgerCorruptException.class,
        () -> LocalRegistry.open(home.reading()).close());
    assertThat(asReader).isNotNull();
    LedgerCorruptException asWriter = catchThrowableOfType(LedgerCorruptException.class,
        () -> LocalRegistry.open(home.writing("alice")).close());
    assertThat(asWriter).isNotNull();
    assertThat(asReader.isRetryable()).isFalse();
    return asReader;
  }

  @Test
  void findsAFlippedBitInEveryFileOfTheLog() throws Exception {
    // What the checkpoint of size 301 commits to; partial tiles of earlier ones may lie beside.
    for (String name : List.of("tile/0/000", "tile/0/001.p/45", "tile/1/000.p/1",
        "tile/entries/000", "tile/entries/001.p/45")) {
      Path file = home.ledger().resolve(name);
      byte[] good = Files.readAllBytes(file);
      for (long at : new long[]{0, good.length / 2, good.length - 1}) {
        Home.flip(file, at);
        assertThatThrownBy(() -> LocalRegistry.open(home.reading()).close())
            .as("byte %s of %s", at, name)
            .isInstanceOf(LedgerCorruptException.class)
            .hasMessageContaining(name);
        Files.write(file, good);
      }
    }
    LocalRegistry.open(home.reading()).close();
  }

  @Test
  void findsAFlippedBitInTheCheckpoint() throws Exception {
    Path checkpoint = home.ledger().resolve("checkpoint");
    byte[] good = Files.readAllBytes(checkpoint);
    for (int at = 0; at < good.length; at += 7) {
      Home.flip(checkpoint, at);
      assertThatThrownBy(() -> LocalRegistry.open(home.reading()).close())
          .as("byte %s", at)
          .isInstanceOf(LedgerCorruptException.class);
      Files.write(checkpoint, good);
    }
  }

  @Test
  void findsAMissingBundle() throws Exception {
    Files.delete(home.ledger().resolve("tile/entries/000"));

    assertThat(openingFails()).hasMessageContaining("tile/entries/000");
  }

  @Test
  void findsDamageWhileReadingHistoryThatASnapshotCovers() throws Exception {
    home = new Home(directory.resolve("second"));
    try (LocalRegistry registry = LocalRegistry.open(home.writing("alice").withSnapshotEvery(10))) {
      Submission<?> last = registry.submit(new CreateModel(Home.MODEL));
      for (int i = 1; i <= VERSIONS; i++) {
        last = registry.submit(Home.register(i));
      }
      last.await(Home.MINUTE);
    }
    Home.flip(home.ledger().resolve("tile/entries/000"), 1_000);

    try (LocalRegistry registry = LocalRegistry.open(home.reading())) {
      assertThat(registry.model(Home.MODEL).orElseThrow().latestVersion()).isEqualTo(VERSIONS);
      assertThatThrownBy(() -> registry.history(LedgerPosition.START, 10))
          .isInstanceOf(LedgerCorruptException.class)
          .hasMessageContaining("tile/entries/000");
    }
    assertThatThrownBy(() -> LocalRegistry.open(home.reading().withFullReplay()))
        .isInstanceOf(LedgerCorruptException.class)
        .hasMessageContaining("tile/entries/000");
  }

  private byte[] entry(AccountKey author, LogOrigin origin, Command<?> command, long millis,
      Assigned assigned) {
    SignedCommand signed = SignedCommand.sign(author, origin, Home.id(command.hashCode()),
        Instant.EPOCH, command);
    return new LogEntry(millis, assigned, signed).encode();
  }

  private void findsTheEntry(byte[] entry, String... words) throws Exception {
    home.append(entry);

    LedgerCorruptException found = openingFails();
    assertThat(found.index()).hasValue(VERSIONS + 1);
    assertThat(found).hasMessageContaining("entry " + (VERSIONS + 1))
        .hasMessageContaining(home.origin().value());
    assertThat(found).hasMessageContainingAll(words);
  }

  @Test
  void acceptsWhatItsOwnRulesWouldHaveWritten() throws Exception {
    home.append(entry(TestKeys.account("alice"), home.origin(), Home.register(VERSIONS + 1), TIME,
        new Assigned.Version(VERSIONS + 1)));

    try (LocalRegistry registry = LocalRegistry.open(home.reading())) {
      assertThat(registry.model(Home.MODEL).orElseThrow().latestVersion()).isEqualTo(VERSIONS + 1);
    }
  }

  @Test
  void findsACommandThatItsAuthorDidNotSign() throws Exception {
    byte[] forged = entry(TestKeys.account("mallory"), home.origin(), Home.register(VERSIONS + 1),
        TIME, new Assigned.Version(VERSIONS + 1));
    byte[] mallory = TestKeys.account("mallory").publicKey();
    byte[] alice = TestKeys.account("alice").publicKey();
    int at = indexOf(forged, mallory);
    System.arraycopy(alice, 0, forged, at, alice.length);

    findsTheEntry(forged, "signature", TestKeys.account("alice").account().value());
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    int at = new String(bytes, StandardCharsets.ISO_8859_1)
        .indexOf(new String(part, StandardCharsets.ISO_8859_1));
    assertThat(at).isNotNegative();
    return at;
  }

  @Test
  void findsACommandThatWasSignedForAnotherLedger() throws Exception {
    findsTheEntry(
        entry(TestKeys.account("alice"), LogOrigin.of("acme.example/other"),
            Home.register(VERSIONS + 1), TIME, new Assigned.Version(VERSIONS + 1)),
        "signature");
  }

  @Test
  void findsACommandThatTheRulesForbid() throws Exception {
    findsTheEntry(
        entry(TestKeys.account("mallory"), home.origin(), Home.register(VERSIONS + 1), TIME,
            new Assigned.Version(VERSIONS + 1)),
        "rules forbid", "TRAINER", TestKeys.account("mallory").account().value());
  }

  @Test
  void findsAVersionThatWasSkipped() throws Exception {
    findsTheEntry(
        entry(TestKeys.account("alice"), home.origin(), Home.register(VERSIONS + 1), TIME,
            new Assigned.Version(VERSIONS + 2)),
        "assigned", "number=" + (VERSIONS + 1));
  }

  @Test
  void findsAnAssignmentThatDoesNotFit() throws Exception {
    findsTheEntry(entry(TestKeys.account("alice"), home.origin(), Home.register(VERSIONS + 1), TIME,
        Assigned.NOTHING), "fit", "RegisterVersion");
  }

  @Test
  void findsTimeThatRunsBackwards() throws Exception {
    findsTheEntry(entry(TestKeys.account("alice"), home.origin(), Home.register(VERSIONS + 1), 1,
        new Assigned.Version(VERSIONS + 1)), "time");
  }

  @Test
  void findsASubmissionThatHappensTwice() throws Exception {
    AccountKey alice = TestKeys.account("alice");
    RegisterVersion command = Home.register(VERSIONS + 1);
    SignedCommand signed = SignedCommand.sign(alice, home.origin(), Home.id(1), Instant.EPOCH,
        command);
    SignedCommand again = SignedCommand.sign(alice, home.origin(), Home.id(1), Instant.EPOCH,
        new CreateModel(org.modelledger.model.ModelName.of("other")));
    home.append(new LogEntry(TIME, new Assigned.Version(VERSIONS + 1), signed).encode(),
        new LogEntry(TIME, Assigned.NOTHING, again).encode());

    LedgerCorruptException found = openingFails();
    assertThat(found.index()).hasValue(VERSIONS + 2);
    assertThat(found).hasMessageContaining(Home.id(1).toString())
        .hasMessageContaining("entry " + (VERSIONS + 1));
  }

  @Test
  void findsAnEntryThatIsNone() throws Exception {
    findsTheEntry("hello".getBytes(StandardCharsets.UTF_8), "an array");
  }

  @Test
  void aReaderThatIsOpenFindsItToo() throws Exception {
    try (LocalRegistry registry = LocalRegistry.open(home.reading())) {
      home.append("hello".getBytes(StandardCharsets.UTF_8));

      LedgerCorruptException found = catchThrowableOfType(LedgerCorruptException.class, () -> {
        while (registry.model(Home.MODEL).isPresent()) {
          Thread.onSpinWait();
        }
      });
      assertThat(found.index()).hasValue(VERSIONS + 1);
    }
  }
}
