package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogObserverTest {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());

  /** Writes down what it is told. */
  private static final class Notes implements LogObserver {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong publishNanos = new AtomicLong();

    @Override
    public void opened(LogWriter log) {
      calls.add("opened with " + log.size());
    }

    @Override
    public void committed(int count, long size, long writeNanos, long syncNanos) {
      calls.add("committed");
      entries.addAndGet(count);
      bytes.addAndGet(size);
      nanos.addAndGet(Math.min(writeNanos, syncNanos));
    }

    @Override
    public void published(SignedCheckpoint checkpoint, long time) {
      calls.add("published " + checkpoint.size());
      publishNanos.addAndGet(time);
    }

    @Override
    public void failed(Throwable cause) {
      calls.add("failed: " + cause.getMessage());
    }

    @Override
    public void closed() {
      calls.add("closed");
    }
  }

  private final SimulatedDisk disk = new SimulatedDisk();
  private final Logger logger = Logger.getLogger(LogObserver.class.getName());
  private final List<String> logged = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void collectWhatIsLogged() {
    logger.setFilter(entry -> {
      logged.add(entry.getMessage());
      return false;
    });
  }

  @AfterEach
  void letItBeLoggedAgain() {
    logger.setFilter(null);
  }

  private LogWriter open(LogObserver observer) {
    return LogWriter.open(Path.of("unused"), LogOptions.builder()
        .signer(SIGNER)
        .publishInterval(Duration.ofHours(1))
        .storage(any -> disk)
        .observer(observer)
        .build());
  }

  @Test
  void isToldOfEverythingInOrder() throws Exception {
    Notes notes = new Notes();
    try (LogWriter log = open(notes)) {
      log.append("one".getBytes(UTF_8)).await(LIMIT);
    }
    try (LogWriter log = open(notes)) {
      log.append("three".getBytes(UTF_8)).await(LIMIT);
    }
    assertThat(notes.calls).containsExactly("opened with 0", "committed", "published 1", "closed",
        "opened with 1", "committed", "published 2", "closed");
    assertThat(notes.entries).hasValue(2);
    assertThat(notes.bytes).hasValue("onethree".length());
    assertThat(notes.nanos).hasPositiveValue();
    assertThat(notes.publishNanos).hasPositiveValue();
  }

  @Test
  void isToldOnceThatTheWriterFailed() throws Exception {
    Notes notes = new Notes();
    LogWriter log = open(notes);
    disk.setFault((operation, name) -> {
      if (operation.equals("sync")) {
        throw new IOException("no sync today");
      }
    });
    Appended lost = log.append("one".getBytes(UTF_8));
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> lost.await(LIMIT));
    assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::close);
    assertThat(notes.calls).hasSize(3).startsWith("opened with 0").endsWith("closed");
    assertThat(notes.calls.get(1)).startsWith("failed: ").contains("no sync today");
  }

  @Test
  void oneThatThrowsHarmsNeitherTheLogNorAnother() throws Exception {
    AtomicInteger thrown = new AtomicInteger();
    LogObserver broken = new LogObserver() {
      private void fail() {
        thrown.incrementAndGet();
        throw new NoClassDefFoundError("observer");
      }

      @Override
      public void opened(LogWriter log) {
        fail();
      }

      @Override
      public void committed(int entries, long bytes, long writeNanos, long syncNanos) {
        fail();
      }

      @Override
      public void published(SignedCheckpoint checkpoint, long nanos) {
        fail();
      }

      @Override
      public void closed() {
        fail();
      }
    };
    Notes notes = new Notes();
    try (LogWriter log = open(LogObserver.of(broken, notes))) {
      log.append("one".getBytes(UTF_8)).await(LIMIT);
    }
    assertThat(thrown).hasValue(4);
    assertThat(notes.calls).containsExactly("opened with 0", "committed", "published 1", "closed");
  }

  @Test
  void whatAnObserverThrowsIsLoggedOnce() {
    LogObserver guarded = ObserverGuard.of(new LogObserver() {
      @Override
      public void closed() {
        throw new IllegalStateException("tired");
      }
    });
    guarded.closed();
    guarded.closed();
    assertThat(logged).singleElement().asString().contains("has failed; the log goes on");
  }
}
