package org.modelledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.Fixture.LONG;
import static org.modelledger.Fixture.input;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.chain.local.LocalRegistry;
import org.modelledger.chain.local.LocalRegistryOptions;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.WarningMarks;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.registry.Subscription;
import org.modelledger.registry.VersionRevokedException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.verification.LogReport;

/** What reaches a model that runs: a revocation, and that the registry cannot be read. */
class RecallTest {
  private static final Duration QUICK = Duration.ofMillis(5);
  private static final Duration BOUND = Duration.ofMillis(50);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path dir;

  /** A registry that others write, as files that can be taken away and given back. */
  private final class Elsewhere {
    private final ModelVersion version;
    private final NoteVerifier key;

    Elsewhere() throws InterruptedException {
      try (ModelLedger owner = Fixture.builder(dir).open()) {
        version = Fixture.deployed(owner);
        key = ((LocalRegistry) owner.registry()).logKey();
      }
    }

    /** Opens the registry for reading, looking often. */
    LocalRegistry registry() {
      return LocalRegistry
          .open(LocalRegistryOptions.reading(ledger(), key).withPollInterval(QUICK));
    }

    /** Opens a ledger that only reads the registry, often, and has the owner's models. */
    ModelLedger.Builder reader() {
      return ModelLedger.builder(registry()).home(home()).pollingInterval(QUICK);
    }

    Path ledger() {
      return dir.resolve("ledger");
    }

    Path away() {
      return dir.resolve("away");
    }

    Path home() {
      return dir.resolve("ledger-home");
    }

    void takeAway() throws IOException {
      Files.move(ledger(), away());
    }

    void giveBack() throws IOException {
      Files.move(away(), ledger());
    }

    /** Revokes as the owner would, on another machine. */
    LedgerEvent.VersionRevoked revoke(Path where) throws InterruptedException {
      Path keys = home().resolve("keys");
      try (LocalRegistry registry = LocalRegistry
          .open(LocalRegistryOptions.writing(where, keys.resolve("account.pem"))
              .withLogKey(keys.resolve("ledger-log.key")))) {
        return registry.submit(new Command.RevokeVersion(version.id(), version.statement()))
            .await(LONG);
      }
    }
  }

  /** Runs a model until it does not; the test's time is limited. */
  private static ModelLedgerException runUntilRefused(AttestedModel model)
      throws InterruptedException {
    while (true) {
      try {
        model.infer(input(1, 2)).receipt().await(LONG);
      } catch (VersionRevokedException | RegistryUnseenException e) {
        return e;
      }
    }
  }

  /** Runs a model until it does: on a busy machine a short bound is passed without a fault, too. */
  private static void runUntilServed(AttestedModel model) throws InterruptedException {
    while (true) {
      try {
        model.infer(input(1, 2)).receipt().await(LONG);
        return;
      } catch (RegistryUnseenException e) {
        Thread.onSpinWait(); // the test's time is limited
      }
    }
  }

  /** Runs a model until its receipts have these marks. */
  private static Receipt runUntilMarked(AttestedModel model, String... marks)
      throws InterruptedException {
    while (true) {
      Receipt receipt = model.infer(input(1, 2), Map.of("case", "1"))
          .receipt()
          .await(LONG)
          .receipt();
      if (WarningMarks.of(receipt).equals(new TreeSet<>(List.of(marks)))) {
        return receipt;
      }
    }
  }

  @Test
  void aRevocationElsewhereStopsAModelThatRuns() throws Exception {
    Elsewhere elsewhere = new Elsewhere();
    try (ModelLedger ledger = elsewhere.reader().open();
        AttestedModel model = ledger.load("acme/points@production")) {
      model.infer(input(1, 2)).receipt().await(LONG);
      LedgerEvent.VersionRevoked event = elsewhere.revoke(elsewhere.ledger());
      assertThat(runUntilRefused(model)).isInstanceOf(VersionRevokedException.class)
          .hasMessageContaining("acme/points:1 was revoked at " + event.header().position());
      assertThat(model.warnings()).containsExactly(new RecallWarning.Revoked(event));
      assertThatThrownBy(() -> model.inferAll(List.of(input(1, 2))))
          .isInstanceOf(VersionRevokedException.class);
    }
  }

  @Test
  void whoIsOnlyWarnedHasItInTheReceipts() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).onRevocation(Recall.WARN).open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        assertThat(model.warnings()).isEmpty();
        Receipt before = model.infer(input(1, 2)).receipt().await(LONG).receipt();
        assertThat(WarningMarks.of(before)).isEmpty();
        LedgerEvent.VersionRevoked event = ledger.revoke(version.id(), "too old");
        assertThat(model.warnings()).containsExactly(new RecallWarning.Revoked(event));

        Receipt after = model.infer(input(1, 2), Map.of("case", "1"))
            .receipt()
            .await(LONG)
            .receipt();
        assertThat(after.attributes()).containsOnlyKeys("case", WarningMarks.REVOKED);
        Receipt all = model.inferAll(List.of(input(1, 2)))
            .getFirst()
            .receipt()
            .await(LONG)
            .receipt();
        assertThat(WarningMarks.of(all)).containsExactly(WarningMarks.REVOKED);
        assertThat(ledger.evidence().find(1)).isInstanceOfSatisfying(
            org.modelledger.evidence.EvidenceLookup.Kept.class,
            kept -> assertThat(kept.evidence().attributes()).containsEntry(WarningMarks.REVOKED,
                event.header().position().toString()));
      }
      assertThatThrownBy(() -> ledger.load(version.id())).as("what is revoked is never loaded")
          .isInstanceOf(VersionRevokedException.class);
      ledger.receipts().publish();
      ledger.verifier().checkAll(3).requireSound();
    }
  }

  @Test
  void aReceiptWithoutRoomForAMarkIsNotMade() throws Exception {
    Map<String, String> full = IntStream.range(0, Receipt.MAX_ATTRIBUTES)
        .boxed()
        .collect(Collectors.toMap(i -> "a" + i, String::valueOf));
    try (ModelLedger ledger = Fixture.builder(dir).onRevocation(Recall.WARN).open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        model.infer(input(1, 2), full).receipt().await(LONG);
        ledger.revoke(version.id(), "");
        assertThatThrownBy(() -> model.infer(input(1, 2), full))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("at most 32 attributes");
      }
    }
  }

  @Test
  void callersCannotMakeMarksOfTheirOwn() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        assertThatThrownBy(() -> model.infer(input(1, 2), Map.of(WarningMarks.REVOKED, "")))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("warned:revoked");
      }
    }
  }

  @Test
  void aRegistryThatIsAwayTooLongStopsModelsUntilItIsBack() throws Exception {
    Elsewhere elsewhere = new Elsewhere();
    try (ModelLedger ledger = elsewhere.reader().onRegistryUnseen(Recall.STOP, BOUND).open();
        AttestedModel model = ledger.load("acme/points@production")) {
      Instant atFirst = Instant.now();
      runUntilServed(model);
      elsewhere.takeAway();
      ModelLedgerException refused = runUntilRefused(model);
      assertThat(refused).isInstanceOfSatisfying(RegistryUnseenException.class, unseen -> {
        assertThat(unseen.isRetryable()).isTrue();
        assertThat(unseen.since()).isBetween(atFirst.minusSeconds(5), Instant.now());
      })
          .hasMessageContaining("acme/points:1")
          .hasMessageContaining("not seen since")
          .hasMessageContaining("PT0.05S");
      assertThat(model.warnings()).singleElement()
          .isInstanceOf(RecallWarning.RegistryUnseen.class);
      elsewhere.giveBack();
      runUntilServed(model);
    }
  }

  /** A subscription whose answers do not come while the gate is shut. */
  private record Hanging(Subscription subscription, Semaphore gate) implements Subscription {
    @Override
    public Optional<LedgerEvent> next(Duration timeout) throws InterruptedException {
      gate.acquire();
      try {
        return subscription.next(timeout);
      } finally {
        gate.release();
      }
    }

    @Override
    public LedgerPosition position() {
      return subscription.position();
    }

    @Override
    public void close() {
      gate.release(); // as a backend that ends its requests when it is closed
      subscription.close();
    }
  }

  /** Returns a registry whose subscriptions hang while the gate is shut; all else is answered. */
  private static ModelRegistry hanging(ModelRegistry registry, Semaphore gate) {
    return (ModelRegistry) Proxy.newProxyInstance(RecallTest.class.getClassLoader(),
        new Class<?>[]{ModelRegistry.class}, (proxy, method, arguments) -> {
          Object answer = method.invoke(registry, arguments);
          return answer instanceof Subscription subscription
              ? new Hanging(subscription, gate)
              : answer;
        });
  }

  @Test
  void aRegistryThatDoesNotAnswerIsUnseenToo() throws Exception {
    Elsewhere elsewhere = new Elsewhere();
    Semaphore gate = new Semaphore(1);
    try (
        ModelLedger ledger = ModelLedger.builder(hanging(elsewhere.registry(), gate))
            .home(elsewhere.home())
            .pollingInterval(QUICK)
            .onRegistryUnseen(Recall.STOP, BOUND)
            .open();
        AttestedModel model = ledger.load("acme/points@production")) {
      runUntilServed(model);
      gate.acquire();
      assertThat(runUntilRefused(model)).isInstanceOf(RegistryUnseenException.class);
      gate.release();
      runUntilServed(model);
      gate.acquire(); // and closing does not wait for an answer
    }
  }

  @Test
  void whatWasRevokedWhileTheRegistryWasAwayIsSeenWhenItIsBack() throws Exception {
    Elsewhere elsewhere = new Elsewhere();
    try (
        ModelLedger ledger = elsewhere.reader()
            .onRevocation(Recall.WARN)
            .onRegistryUnseen(Recall.WARN, BOUND)
            .open();
        AttestedModel model = ledger.load("acme/points@production")) {
      elsewhere.takeAway();
      runUntilMarked(model, WarningMarks.REGISTRY_UNSEEN);
      elsewhere.revoke(elsewhere.away());
      elsewhere.giveBack();
      runUntilMarked(model, WarningMarks.REVOKED);
      elsewhere.takeAway();
      runUntilMarked(model, WarningMarks.REVOKED, WarningMarks.REGISTRY_UNSEEN);
    }
  }

  @Test
  void aModelThatIsLoadedWhileTheRegistryIsUnseenIsHeldToItToo() throws Exception {
    Elsewhere elsewhere = new Elsewhere();
    RecallPolicy policy = new RecallPolicy(Recall.STOP, Recall.STOP, BOUND, QUICK);
    RunningModels running = new RunningModels(policy);
    RecallWarning.RegistryUnseen unseen = new RecallWarning.RegistryUnseen(Instant.EPOCH, BOUND);
    running.unseen(unseen);
    try (ModelLedger ledger = elsewhere.reader().open();
        AttestedModel model = ledger.load("acme/points@production")) {
      running.add(model);
      assertThatThrownBy(() -> model.infer(input(1, 2)))
          .isInstanceOf(RegistryUnseenException.class);
      running.seen();
      model.infer(input(1, 2)).receipt().await(LONG);
      running.remove(model);
      running.unseen(unseen);
      model.infer(input(1, 2)).receipt().await(LONG);
    }
  }

  @Test
  void aRevocationStopsABatchThatRuns() throws Exception {
    List<Tensors> inputs = Collections.nCopies(2_000, input(1, 2));
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id());
          ExecutorService pool = Executors.newSingleThreadExecutor()) {
        Future<VersionRevokedException> stopped = pool.submit(() -> {
          while (true) {
            try {
              model.inferAll(inputs);
            } catch (VersionRevokedException e) {
              return e;
            }
          }
        });
        model.infer(input(1, 2)).receipt().await(LONG);
        ledger.revoke(version.id(), "");
        assertThat(stopped.get()).hasMessageContaining("acme/points:1");
      }
      assertThat(ledger.receipts().backlog()).as("all room was given back").isZero();
      ledger.receipts().publish();
      LogReport report = ledger.verifier().checkAll();
      report.requireSound();
      assertThat(report.unacknowledged()).as("what did not run took no number").isZero();
    }
  }

  @Test
  void whoeverRacesARevocationIsRefusedOrStopped() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open();
        ExecutorService pool = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 10; round++) {
        ModelVersionId version = ledger.register(Fixture.MODEL, Fixture.train(ledger, round)).id();
        List<Future<?>> loads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          loads.add(pool.submit(() -> {
            while (true) {
              try (AttestedModel model = ledger.load(version)) {
                runUntilRefused(model);
              } catch (VersionRevokedException e) {
                return null; // refused by load, at last
              }
            }
          }));
        }
        ledger.registry()
            .submit(new Command.RevokeVersion(version, org.modelledger.model.Digest
                .sha256(new byte[]{1})))
            .await(LONG);
        for (Future<?> load : loads) {
          load.get();
        }
      }
    }
  }

  @Test
  void closingDoesNotWaitForTheNextLook() throws Exception {
    Elsewhere elsewhere = new Elsewhere();
    long start = System.nanoTime();
    ModelLedger ledger = elsewhere.reader()
        .pollingInterval(Duration.ofHours(1))
        .onRegistryUnseen(Recall.STOP, Duration.ofHours(2))
        .open();
    AttestedModel model = ledger.load("acme/points@production");
    model.infer(input(1, 2)).receipt().await(LONG);
    ledger.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    assertThatThrownBy(() -> model.infer(input(1, 2))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesTimesThatDoNotFit() {
    assertThatThrownBy(() -> Fixture.builder(dir).pollingInterval(Duration.ZERO).open())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("polling interval");
    assertThatThrownBy(
        () -> Fixture.builder(dir).onRegistryUnseen(Recall.STOP, Duration.ofSeconds(5)).open())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("every PT5S");
    assertThatThrownBy(
        () -> Fixture.builder(dir)
            .onRegistryUnseen(Recall.WARN, Duration.ofSeconds(Long.MAX_VALUE))
            .open())
        .isInstanceOf(ConfigurationException.class);
  }
}
