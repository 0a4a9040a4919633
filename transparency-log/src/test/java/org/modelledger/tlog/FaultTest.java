package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fails every operation of a session on a real directory, one after the other: what was acknowledged
 * must be there afterwards, the message must say what and why, and nothing may be left open.
 */
class FaultTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());

  @TempDir
  Path temporary;

  /** How an operation fails; a write gets so many bytes to the disk before it does. */
  private enum Kind {
    NOTHING("Input/output error", false) {
      @Override
      int written(int bytes) {
        return 0;
      }
    },
    HALF("Input/output error", false) {
      @Override
      int written(int bytes) {
        return bytes / 2;
      }
    },
    /** A page that is torn in the middle of a sector. */
    TORN("Input/output error", false) {
      @Override
      int written(int bytes) {
        return Math.min(bytes, 4096 + 100);
      }
    },
    ALL("Input/output error", false) {
      @Override
      int written(int bytes) {
        return bytes;
      }
    },
    /** From then on there is no room, until the log is opened again. */
    FULL("No space left on device", true) {
      @Override
      int written(int bytes) {
        return bytes / 3;
      }
    };

    private final String reason;
    private final boolean lasts;

    Kind(String reason, boolean lasts) {
      this.reason = reason;
      this.lasts = lasts;
    }

    abstract int written(int bytes);
  }

  /** Counts operations that change something, and fails one of them. Syncs nothing: nobody cuts power. */
  private static final class Faulty extends ForwardingStorage {
    private final Kind kind;
    private final long failing;
    private final List<String> failed = new ArrayList<>();
    private long operations;

    Faulty(Path directory, Kind kind, long failing) {
      super(LogStorage.directory(directory));
      this.kind = kind;
      this.failing = failing;
    }

    private synchronized boolean fails(String name, boolean takesSpace) {
      boolean fails = failed.isEmpty()
          ? operations++ >= failing && (takesSpace || !kind.lasts)
          : kind.lasts && takesSpace;
      if (fails) {
        failed.add(name);
      }
      return fails;
    }

    private void step(String name, boolean takesSpace) throws IOException {
      if (fails(name, takesSpace)) {
        throw new FileSystemException(name, null, kind.reason);
      }
    }

    @Override
    public Closeable lock(String name) throws IOException {
      step(name, true);
      return super.lock(name);
    }

    @Override
    public OpenFile create(String name) throws IOException {
      step(name, true);
      return super.create(name);
    }

    @Override
    void write(String name, OpenFile file, ByteBuffer bytes, long position) throws IOException {
      if (fails(name, true)) {
        file.write(bytes.slice(bytes.position(), kind.written(bytes.remaining())), position);
        throw new FileSystemException(name, null, kind.reason);
      }
      file.write(bytes, position);
    }

    @Override
    void sync(String name, OpenFile file) throws IOException {
      step(name, true);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      step(to, true);
      super.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
      step(name, false);
      super.delete(name);
    }

    @Override
    public void createDirectory(String name) throws IOException {
      step(name, true);
      super.createDirectory(name);
    }

    @Override
    public void syncDirectory(String name) throws IOException {
      step(name, false);
    }
  }

  @Test
  void everyOperationMayFailWhileALogIsCreatedAndUsed() throws Exception {
    failEach(false);
  }

  @Test
  void everyOperationMayFailWhileALogIsRecovered() throws Exception {
    ScriptedSession.abandon(temporary.resolve("killed"), SIGNER);
    failEach(true);
  }

  private void failEach(boolean recovering) throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed());
    boolean hasFailed = true;
    int operation = 0;
    for (; hasFailed; operation++) {
      Path directory = temporary.resolve("log" + operation);
      if (recovering) {
        ScriptedSession.copy(temporary.resolve("killed"), directory);
      }
      Faulty storage = new Faulty(directory, Kind.values()[random.nextInt(Kind.values().length)],
          operation);
      AtomicLong acknowledged = new AtomicLong();
      ScriptedSession session = new ScriptedSession(
          ScriptedSession.options(SIGNER).storage(any -> storage).build(), acknowledged::set);
      hasFailed = fails(session, directory, recovering, storage);
      String what = storage.kind + " at operation " + operation + " " + storage.failed;
      assertThat(ScriptedSession.open(directory)).as("left open after %s", what).isEmpty();
      long size = ScriptedSession.check(directory,
          ScriptedSession.options(SIGNER).storage(any -> new Unsynced(directory)).build());
      assertThat(size).as("after %s", what).isGreaterThanOrEqualTo(acknowledged.get());
    }
    assertThat(operation).isGreaterThan(50);
  }

  private static boolean fails(ScriptedSession session, Path directory, boolean recovering,
      Faulty storage) throws InterruptedException {
    try {
      if (recovering) {
        session.reopen(directory);
      } else {
        session.create(directory);
      }
      assertThat(storage.failed).as("passed over in silence").isEmpty();
      return false;
    } catch (LogFailedException | LogStorageException e) {
      assertThat(e).hasMessageContaining(directory.toString())
          .hasMessageContaining(storage.kind.reason);
      assertThat(storage.failed).as("named in %s", e.getMessage())
          .anyMatch(name -> String.valueOf(e.getMessage()).contains(name));
      return true;
    }
  }

  /** A real directory without the time that syncs take. */
  private static final class Unsynced extends ForwardingStorage {
    Unsynced(Path directory) {
      super(LogStorage.directory(directory));
    }

    @Override
    void sync(String name, OpenFile file) {}

    @Override
    public void syncDirectory(String name) {}
  }
}
