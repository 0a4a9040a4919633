package org.modelledger.chain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.StorageException;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.OutcomeUnknownException;
import org.modelledger.registry.Submission;
import org.modelledger.registry.Subscription;
import org.modelledger.tlog.LogStorage;

/** A disk that is full or broken: nobody is told that something happened which may not have. */
class FailingDiskTest {
  @TempDir
  Path directory;

  private Home home;
  private volatile boolean full;

  @BeforeEach
  void settle() {
    home = new Home(directory);
  }

  private LocalRegistryOptions options() {
    return home.writing("alice").withStorage(path -> new Filling(LogStorage.directory(path)));
  }

  /** A disk on which nothing fits any more once it is full. */
  private final class Filling implements LogStorage {
    private final LogStorage disk;

    Filling(LogStorage disk) {
      this.disk = disk;
    }

    private void requireSpace() throws IOException {
      if (full) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public Closeable lock(String name) throws IOException {
      return disk.lock(name);
    }

    @Override
    public List<String> list(String name) throws IOException {
      return disk.list(name);
    }

    @Override
    public Optional<byte[]> read(String name, int maxBytes) throws IOException {
      return disk.read(name, maxBytes);
    }

    @Override
    public OpenFile create(String name) throws IOException {
      requireSpace();
      OpenFile file = disk.create(name);
      return new OpenFile() {
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
          requireSpace();
          file.write(bytes, position);
        }

        @Override
        public void sync() throws IOException {
          file.sync();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }

    @Override
    public void rename(String from, String to) throws IOException {
      disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
      disk.delete(name);
    }

    @Override
    public void createDirectory(String name) throws IOException {
      requireSpace();
      disk.createDirectory(name);
    }

    @Override
    public void syncDirectory(String name) throws IOException {
      disk.syncDirectory(name);
    }

    @Override
    public String toString() {
      return disk.toString();
    }
  }

  @Test
  void leavesWhatWasInFlightUnknownAndTakesNoMore() throws Exception {
    List<Integer> unknown = new ArrayList<>();
    try (LocalRegistry registry = LocalRegistry.open(options())) {
      LedgerEvent created = registry.submit(new CreateModel(Home.MODEL)).await(Home.MINUTE);
      full = true;
      for (int i = 1; i <= 3; i++) {
        Throwable refused = catchThrowable(submitting(registry, i, unknown));
        assertThat(refused).satisfiesAnyOf(none -> assertThat(none).isNull(),
            e -> assertThat(e).isInstanceOf(LedgerUnavailableException.class));
      }
      assertThat(unknown).isNotEmpty();

      assertThat(Home.history(registry)).containsExactly(created);
      assertThat(registry.model(Home.MODEL).orElseThrow().latestVersion()).isZero();
      assertThat(registry.version(Home.MODEL.version(1))).isEmpty();
      assertThatThrownBy(() -> registry.submit(Home.register(9)))
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContainingAll(home.ledger().toString(), "No space left on device");
      Submission<?> resumed = registry.resume(Home.id(unknown.getFirst())).orElseThrow();
      assertThat(resumed.poll()).isEmpty();
      assertThatThrownBy(() -> resumed.await(Duration.ZERO))
          .isInstanceOf(OutcomeUnknownException.class);
      try (Subscription subscription = registry.subscribe(LedgerPosition.START)) {
        assertThat(subscription.next(Duration.ZERO)).contains(created);
        assertThat(subscription.next(Duration.ZERO)).isEmpty();
      }
    }
    full = false;
    try (LocalRegistry registry = LocalRegistry.open(options())) {
      for (int i : unknown) {
        registry.submit(Home.id(i), Home.register(i)).await(Home.MINUTE);
      }
      assertThat(registry.model(Home.MODEL).orElseThrow().latestVersion())
          .isEqualTo(unknown.size());
    }
  }

  /** Submits and awaits one command; the first fails on the disk, later ones need not be taken. */
  private org.assertj.core.api.ThrowableAssert.ThrowingCallable submitting(LocalRegistry registry,
      int i, List<Integer> unknown) {
    return () -> {
      Submission<?> submission = registry.submit(Home.id(i), Home.register(i));
      assertThatThrownBy(() -> submission.await(Home.MINUTE))
          .isInstanceOfSatisfying(OutcomeUnknownException.class,
              e -> assertThat(e.submissionId()).isEqualTo(Home.id(i)));
      unknown.add(i);
    };
  }

  @Test
  void saysSoWhenALedgerCannotBeCreated() {
    full = true;
    assertThatThrownBy(() -> LocalRegistry.open(options())).isInstanceOf(StorageException.class)
        .hasMessageContaining("No space left on device");
    full = false;
    LocalRegistry.open(options()).close();
  }

  @Test
  void doesWithoutASnapshotThatCannotBeWritten() throws Exception {
    Logger logger = Logger
        .getLogger(WritingLedger.class.getName());
    logger.setUseParentHandlers(false);
    home.open("alice").close();
    Files.writeString(home.ledger().resolve(Snapshots.DIRECTORY), "in the way");
    try (LocalRegistry registry = LocalRegistry.open(home.writing("alice").withSnapshotEvery(1))) {
      registry.submit(new CreateModel(Home.MODEL)).await(Home.MINUTE);
    }
    try (LocalRegistry registry = home.open("alice")) {
      assertThat(registry.model(Home.MODEL)).isPresent();
    }
    logger.setUseParentHandlers(true);
  }
}
