package org.modelledger.chain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.Submission;
import org.modelledger.registry.Subscription;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.TlogProof;

/** One ledger, its writer, its readers in this process and others, and strangers. */
class SharingTest {
  private static final int VERSIONS = 600;

  @TempDir
  Path directory;

  private Home home;

  @BeforeEach
  void settle() {
    home = new Home(directory);
  }

  @Test
  void refusesToWriteWhatAnotherProcessWrites() throws Exception {
    try (OtherProcess holder = OtherProcess.start("hold", directory.toString(), "0")) {
      assertThat(holder.line()).startsWith("local:");

      assertThatThrownBy(() -> home.open("alice")).isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContainingAll(home.ledger().toString(), "open for writing already");
    }
    try (LocalRegistry registry = home.open("alice");
        OtherProcess other = OtherProcess.start("open", directory.toString(), "0")) {
      assertThat(other.line()).startsWith(LedgerUnavailableException.class.getName())
          .contains(home.ledger().toString());
      assertThat(other.exit()).isZero();
      registry.submit(new CreateModel(Home.MODEL)).await(Home.MINUTE);
    }
  }

  @Test
  void severalProcessesReadWhileOneWrites() throws Exception {
    List<OtherProcess> readers = new ArrayList<>();
    try (
        LocalRegistry registry = LocalRegistry.open(home.writing("alice").withSnapshotEvery(100))) {
      registry.submit(new CreateModel(Home.MODEL)).await(Home.MINUTE);
      for (int i = 0; i < 2; i++) {
        readers.add(OtherProcess.start("read", directory.toString(), "" + (VERSIONS + 1)));
      }
      assertThat(readers.getFirst().line()).startsWith("0.0 ");
      Submission<?> last = registry.submit(Home.register(1));
      for (int i = 2; i <= VERSIONS; i++) {
        last = registry.submit(Home.register(i));
      }
      last.await(Home.MINUTE);
      List<LedgerEvent> history = Home.history(registry);
      assertThat(history).hasSize(VERSIONS + 1);
      for (OtherProcess reader : readers) {
        for (LedgerEvent event : history.subList(reader == readers.getFirst() ? 1 : 0,
            history.size())) {
          assertThat(reader.line())
              .isEqualTo(event.header().position() + " " + event.header().transactionId());
        }
        assertThat(reader.line()).isEqualTo("" + VERSIONS);
        assertThat(reader.exit()).isZero();
      }
    } finally {
      for (OtherProcess reader : readers) {
        reader.close();
      }
    }
  }

  @Test
  void theWriterReadsWhatIsNotPublishedYetAndClosingPublishesIt() throws Exception {
    LocalRegistryOptions options = home.writing("alice").withPublishInterval(Duration.ofDays(1));
    try (LocalRegistry registry = LocalRegistry.open(options);
        LocalRegistry reader = LocalRegistry.open(home.reading());
        Subscription subscription = registry.subscribe(LedgerPosition.START)) {
      registry.submit(new CreateModel(Home.MODEL));
      registry.submit(Home.id(1), Home.register(1)).await(Home.MINUTE);

      assertThat(Home.history(registry)).hasSize(2);
      assertThat(subscription.next(Home.MINUTE)).isPresent();
      assertThat(subscription.next(Home.MINUTE)).isPresent();
      assertThat(registry.resume(Home.id(1)).orElseThrow().poll()).isPresent();
      assertThat(registry.history(new LedgerPosition(0, 0), 1)).singleElement()
          .isEqualTo(Home.history(registry).getLast());
      assertThat(Home.history(reader)).isEmpty();
    }
    try (LocalRegistry reader = LocalRegistry.open(home.reading())) {
      assertThat(Home.history(reader)).hasSize(2);
    }
  }

  @Test
  void aSubscriptionOfAReaderGoesOnFromWhereItWas() throws Exception {
    LedgerPosition position = LedgerPosition.START;
    List<LedgerEvent> seen = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      try (LocalRegistry registry = home.open("alice")) {
        if (round == 0) {
          registry.submit(new CreateModel(Home.MODEL));
        }
        registry.submit(Home.register(2 * round));
        registry.submit(Home.register(2 * round + 1)).await(Home.MINUTE);
        try (LocalRegistry reader = LocalRegistry.open(home.reading());
            Subscription subscription = reader.subscribe(position)) {
          while (seen.size() < 2 + 2 * round) {
            seen.add(subscription.next(Home.MINUTE).orElseThrow());
          }
          position = subscription.position();
        }
      }
    }
    try (LocalRegistry reader = LocalRegistry.open(home.reading())) {
      assertThat(seen).isEqualTo(Home.history(reader).subList(0, seen.size()));
    }
  }

  @Test
  void closingEndsAWaitingSubscriptionOfAReader() throws Exception {
    home.open("alice").close();
    LocalRegistry reader = LocalRegistry.open(home.reading().withPollInterval(Duration.ofDays(1)));
    Subscription subscription = reader.subscribe(LedgerPosition.START);
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread waiting = Thread.ofPlatform().start(() -> {
      try {
        var unused = subscription.next(Home.MINUTE);
      } catch (Throwable e) {
        end.set(e);
      }
    });
    reader.close();
    waiting.join(Home.MINUTE);

    assertThat(end.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
  }

  @Test
  void aStrangerChecksAnEventWithTheLogsPublicKey() throws Exception {
    try (LocalRegistry registry = LocalRegistry
        .open(home.writing("alice").withPublishInterval(Duration.ofDays(1)))) {
      registry.submit(new CreateModel(Home.MODEL));
      LedgerEvent event = registry.submit(Home.register(1)).await(Home.MINUTE);
      LedgerPosition position = event.header().position();

      byte[] entry = registry.entry(position);
      TlogProof proof = TlogProof.parse(registry.proof(position)
          .text()
          .getBytes(
              StandardCharsets.UTF_8));

      assertThat(proof.verify(MerkleTree.leafHash(entry), List.of(registry.logKey())).size())
          .isEqualTo(2);
      assertThat(event.header().transactionId()).isEqualTo(MerkleTree.leafHash(entry).hex());
      LogEntry read = LogEntry.decode(entry);
      assertThat(read.event(1, MerkleTree.leafHash(entry))).isEqualTo(event);
      assertThat(read.signed().isSignedFor(home.origin())).isTrue();
      assertThatThrownBy(() -> registry.proof(new LedgerPosition(2, 0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("2.0", "has 2");
      assertThatThrownBy(() -> registry.entry(LedgerPosition.START))
          .isInstanceOf(IllegalArgumentException.class);
    }
    try (LocalRegistry reader = LocalRegistry.open(home.reading())) {
      byte[] entry = reader.entry(new LedgerPosition(0, 0));
      var unused = reader.proof(new LedgerPosition(0, 0))
          .verify(MerkleTree.leafHash(entry), List.of(reader.logKey()));
    }
  }
}
