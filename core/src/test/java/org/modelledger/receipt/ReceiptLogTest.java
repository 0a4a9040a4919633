package org.modelledger.receipt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.evidence.Retention;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TlogProof;

class ReceiptLogTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
  private static final NoteSigner SIGNER = NoteSigner.generate("acme.example/receipts",
      new SecureRandom());
  private static final ModelVersionId VERSION = ModelVersionId.parse("acme/digits:1");
  private static final Digest ARTIFACT = Digest.sha256(new byte[]{1});
  private static final EngineInfo ENGINE = new EngineInfo("exact", "0.1.0", "cpu", 1);

  @TempDir
  Path dir;
  private final FailingStorage disk = new FailingStorage();

  private static ReceiptOptions.Builder options() {
    return ReceiptOptions.builder().clock(InstantSource.fixed(NOW));
  }

  private ReceiptLog open(ReceiptOptions.Builder options) {
    return ReceiptLog.open(dir.resolve("receipts"), SIGNER, dir.resolve("evidence"),
        LocalKeys.readOrCreate(dir.resolve("evidence.keyset")),
        options.storage(disk::on).build());
  }

  private static ReceiptSession session(ReceiptLog log) {
    return log.session(VERSION, ARTIFACT, ENGINE, Determinism.BIT_EXACT);
  }

  private static Tensors input(int i) {
    return Tensors.of("x", Tensor.of(new float[]{i, i + 1}, 1, 2));
  }

  private static Tensors output(int i) {
    return Tensors.of("y", Tensor.of(new float[]{-i}, 1, 1));
  }

  private static PendingReceipt infer(ReceiptSession session, int i) throws InterruptedException {
    return session.reserve(input(i), Map.of("case", "number " + i)).complete(output(i));
  }

  private static Evidence evidence(ReceiptLog log, long index) {
    return ((EvidenceLookup.Kept) log.evidence().find(index)).evidence();
  }

  @Test
  void aReceiptSaysWhatHappenedAndItsEvidenceOpensIt() throws InterruptedException {
    try (ReceiptLog log = open(options().retention(Retention.FULL));
        ReceiptSession session = session(log)) {
      LoggedReceipt logged = infer(session, 7).await(LONG);

      Receipt receipt = logged.receipt();
      assertThat(logged.index()).isZero();
      assertThat(receipt.session()).isEqualTo(session.id());
      assertThat(receipt.sequence()).isZero();
      assertThat(receipt.time()).isEqualTo(NOW);
      assertThat(receipt.version()).isEqualTo(VERSION);
      assertThat(receipt.artifact()).isEqualTo(ARTIFACT);
      assertThat(receipt.engine()).isEqualTo(ENGINE);
      assertThat(receipt.determinism()).isEqualTo(Determinism.BIT_EXACT);
      Evidence evidence = evidence(log, 0);
      assertThat(evidence.inputs()).contains(input(7));
      assertThat(evidence.outputs()).contains(output(7));
      assertThat(evidence.attributes()).containsEntry("case", "number 7");
      assertThat(receipt.input().opensTo(input(7), evidence.inputSalt())).isTrue();
      assertThat(receipt.input().opensTo(input(8), evidence.inputSalt())).isFalse();
      assertThat(receipt.output().opensTo(output(7), evidence.outputSalt())).isTrue();
      assertThat(receipt.attributes()).containsExactly(Map.entry("case",
          Commitment.to("number 7", requireNonNull(evidence.attributeSalts().get("case")))));
    }
  }

  @Test
  void keepsWhatTheUserChoseToKeep() throws InterruptedException {
    for (Retention retention : Retention.values()) {
      try (ReceiptLog log = open(options().retention(retention));
          ReceiptSession session = session(log)) {
        Evidence evidence = evidence(log, infer(session, 1).await(LONG).index());
        assertThat(evidence.inputs().isPresent()).isEqualTo(retention != Retention.SALTS);
        assertThat(evidence.outputs().isPresent()).isEqualTo(retention == Retention.FULL);
        assertThat(evidence.attributes().isEmpty()).isEqualTo(retention != Retention.FULL);
        assertThat(evidence.attributeSalts()).containsOnlyKeys("case");
      }
    }
  }

  @Test
  void equalInferencesHaveUnlikeCommitments() throws InterruptedException {
    try (ReceiptLog log = open(options()); ReceiptSession session = session(log)) {
      Receipt one = infer(session, 1).await(LONG).receipt();
      Receipt two = infer(session, 1).await(LONG).receipt();
      assertThat(one.input()).isNotEqualTo(two.input());
      assertThat(one.output()).isNotEqualTo(two.output());
      assertThat(one.input()).isNotEqualTo(one.output());
    }
  }

  @Test
  void aProofFileCarriesTheReceiptAndVerifiesWithNothingButTheKey() throws Exception {
    Path file = dir.resolve("0.tlog-proof");
    Receipt receipt;
    try (ReceiptLog log = open(options()); ReceiptSession session = session(log)) {
      PendingReceipt pending = infer(session, 3);
      Files.writeString(file, pending.proof(LONG).text());
      receipt = pending.await(LONG).receipt();
      for (int i = 0; i < 300; i++) {
        pending = infer(session, i);
      }
      SignedCheckpoint checkpoint = log.publish();
      assertThat(checkpoint.size()).isLessThanOrEqualTo(301);
      assertThat(pending.proof(LONG).index()).isEqualTo(300);
    }
    TlogProof proof = TlogProof.parse(Files.readAllBytes(file));
    ReceiptEntry entry = ReceiptEntry.decode(proof.extraBytes().orElseThrow());
    assertThat(entry).isEqualTo(receipt);
    assertThat(proof.verify(entry.leafHash(), List.of(SIGNER.verifier())).size()).isPositive();
  }

  @Test
  void everythingIsThereAfterARestart() throws InterruptedException {
    List<LoggedReceipt> written = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      try (ReceiptLog log = open(options().retention(Retention.INPUTS));
          ReceiptSession session = session(log)) {
        assertThat(log.size()).isEqualTo(written.size());
        for (int i = 0; i < 10; i++) {
          written.add(infer(session, written.size()).await(LONG));
        }
      }
    }
    try (ReceiptLog log = open(options())) {
      assertThat(log.checkpoint().size()).isEqualTo(30);
      for (LoggedReceipt logged : written) {
        assertThat(log.entry(logged.index())).isEqualTo(logged.receipt());
        assertThat(evidence(log, logged.index()).inputs())
            .contains(input((int) logged.index()));
      }
      assertThatThrownBy(() -> log.entry(30)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> log.proof(30)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void manyThreadsGetEveryNumberOnce() throws Exception {
    int threads = 8;
    int each = 500;
    List<PendingReceipt> all = new ArrayList<>();
    try (ReceiptLog log = open(options().enqueueWait(LONG).backlog(64, 1 << 20));
        ReceiptSession session = session(log)) {
      Callable<List<PendingReceipt>> work = () -> {
        List<PendingReceipt> mine = new ArrayList<>();
        for (int i = 0; i < each; i++) {
          mine.add(infer(session, i));
        }
        return mine;
      };
      try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
        for (Future<List<PendingReceipt>> future : pool
            .invokeAll(IntStream.range(0, threads).mapToObj(i -> work).toList())) {
          all.addAll(future.get());
        }
      }
      Set<Long> sequences = new TreeSet<>();
      Set<Long> indexes = new TreeSet<>();
      for (PendingReceipt pending : all) {
        LoggedReceipt logged = pending.await(LONG);
        assertThat(logged.receipt().sequence()).isEqualTo(pending.sequence());
        sequences.add(pending.sequence());
        indexes.add(logged.index());
      }
      assertThat(sequences).hasSize(threads * each).contains(0L, (long) threads * each - 1);
      assertThat(indexes).isEqualTo(sequences);
    }
  }

  @Test
  void aFullBacklogFailsTheInferenceBeforeItRuns() throws InterruptedException {
    try (ReceiptLog log = open(options().backlog(3, 1 << 20));
        ReceiptSession session = session(log)) {
      infer(session, 0).await(LONG);
      disk.block();
      List<PendingReceipt> accepted = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        accepted.add(infer(session, i));
      }
      assertThatThrownBy(() -> infer(session, 3)).isInstanceOf(BacklogFullException.class)
          .hasMessageContaining("at most 3")
          .matches(e -> ((BacklogFullException) e).isRetryable());
      assertThat(accepted.get(2).poll()).isEmpty();
      assertThatThrownBy(() -> accepted.get(2).await(Duration.ZERO))
          .isInstanceOf(ReceiptPendingException.class);
      disk.unblock();
      for (PendingReceipt pending : accepted) {
        pending.await(LONG);
      }
      assertThat(infer(session, 4).await(LONG).index()).as("no number was used up").isEqualTo(4);
    } finally {
      disk.unblock();
    }
  }

  @Test
  void theBacklogIsBoundedInBytesToo() throws InterruptedException {
    try (ReceiptLog log = open(options().backlog(1000, 20));
        ReceiptSession session = session(log)) {
      disk.block();
      PendingReceipt first = infer(session, 0);
      PendingReceipt second = infer(session, 1);
      assertThatThrownBy(() -> infer(session, 2)).isInstanceOf(BacklogFullException.class);
      disk.unblock();
      first.await(LONG);
      second.await(LONG);
      Tensors large = Tensors.of("x", Tensor.of(new float[100], 100));
      assertThat(session.reserve(large, Map.of()).complete(output(1)).await(LONG).index())
          .as("one that is larger than all the room goes alone")
          .isEqualTo(2);
    } finally {
      disk.unblock();
    }
  }

  @Test
  void failOpenGoesOnAndLeavesAGapInTheLog() throws InterruptedException {
    try (ReceiptLog log = open(options().failOpen(true).backlog(2, 1 << 20))) {
      SessionId id;
      try (ReceiptSession session = session(log)) {
        id = session.id();
        infer(session, 0).await(LONG);
        disk.block();
        PendingReceipt kept = infer(session, 1);
        PendingReceipt alsoKept = infer(session, 2);
        PendingReceipt none = infer(session, 3);
        PendingReceipt noneEither = infer(session, 4);
        assertThatThrownBy(() -> none.await(LONG)).isInstanceOf(ReceiptMissingException.class)
            .hasMessageContaining("receipt 3")
            .hasMessageContaining("backlog-full");
        assertThatThrownBy(noneEither::poll).isInstanceOf(ReceiptMissingException.class);
        disk.unblock();
        kept.await(LONG);
        alsoKept.await(LONG);
        infer(session, 5).await(LONG);
      }
      SignedCheckpoint checkpoint = log.publish();
      List<ReceiptEntry> entries = Stream.iterate(0L, i -> i < checkpoint.size(), i -> i + 1)
          .map(log::entry)
          .toList();
      List<Gap> gaps = entries.stream()
          .filter(Gap.class::isInstance)
          .map(Gap.class::cast)
          .toList();
      assertThat(gaps).as("one gap, or two where the first was under way already")
          .allSatisfy(gap -> assertThat(gap).isEqualTo(new Gap(id, gap.sequence(), NOW, VERSION,
              ARTIFACT, gap.count(), Gap.Reason.BACKLOG_FULL)));
      assertThat(gaps.stream()
          .flatMapToLong(gap -> LongStream.range(gap.sequence(), gap.sequence() + gap.count())))
          .containsExactlyInAnyOrder(3L, 4L);
      assertThat(entries).filteredOn(Receipt.class::isInstance)
          .extracting(ReceiptEntry::sequence)
          .containsExactlyInAnyOrder(0L, 1L, 2L, 5L);
    } finally {
      disk.unblock();
    }
  }

  @Test
  void aFailedLogFailsEveryInferenceAndSaysSoWhenItIsClosed() throws InterruptedException {
    ReceiptLog log = open(options());
    ReceiptSession session = session(log);
    infer(session, 0).await(LONG);
    disk.fail(true);
    PendingReceipt lost = infer(session, 1);
    assertThatThrownBy(() -> lost.await(LONG)).isInstanceOf(ReceiptLogException.class)
        .hasMessageContaining("receipt 1")
        .hasMessageContaining("the disk is on fire");
    assertThatThrownBy(() -> infer(session, 2)).isInstanceOf(ReceiptLogException.class)
        .hasMessageContaining("the disk is on fire");
    assertThatThrownBy(log::publish).isInstanceOf(ReceiptLogException.class);
    session.close();
    assertThatThrownBy(log::close).isInstanceOf(ReceiptLogException.class)
        .hasMessageContaining("1 inferences are not in it");
    log.close();
    disk.fail(false);
    try (ReceiptLog again = open(options())) {
      assertThat(again.size()).isBetween(1L, 2L);
    }
  }

  @Test
  void failOpenOpensAFailedLogAgainAndFillsTheGap() throws InterruptedException {
    try (ReceiptLog log = open(options().failOpen(true).retryInterval(Duration.ofMillis(1)))) {
      SessionId id;
      long last;
      try (ReceiptSession session = session(log)) {
        id = session.id();
        infer(session, 0).await(LONG);
        disk.fail(true);
        PendingReceipt unknown = infer(session, 1);
        assertThatThrownBy(() -> unknown.await(LONG)).isInstanceOf(ReceiptLogException.class);
        PendingReceipt missing = infer(session, 2);
        assertThatThrownBy(() -> missing.await(LONG)).isInstanceOf(ReceiptMissingException.class)
            .hasMessageContaining("log-failed");
        disk.fail(false);
        last = awaitOneThatIsLogged(session, 3);
      }
      SignedCheckpoint checkpoint = log.publish();
      Set<Long> covered = new TreeSet<>();
      List<Gap> gaps = new ArrayList<>();
      for (long i = 0; i < checkpoint.size(); i++) {
        ReceiptEntry entry = log.entry(i);
        assertThat(entry.session()).isEqualTo(id);
        long count = 1;
        if (entry instanceof Gap gap) {
          gaps.add(gap);
          count = gap.count();
        }
        for (long s = 0; s < count; s++) {
          covered.add(entry.sequence() + s);
        }
      }
      assertThat(gaps).isNotEmpty().allMatch(gap -> gap.reason() == Gap.Reason.LOG_FAILED);
      assertThat(covered).hasSize((int) last + 1).contains(0L, 1L, 2L, last);
    }
  }

  private static long awaitOneThatIsLogged(ReceiptSession session, int from)
      throws InterruptedException {
    for (int i = from;; i++) {
      PendingReceipt pending = infer(session, i);
      try {
        return pending.await(LONG).receipt().sequence();
      } catch (ReceiptMissingException e) {
        assertThat(e).hasMessageContaining("log-failed"); // the log is not back yet
      }
    }
  }

  /** A key management system that can be out of reach. */
  private static final class Keys implements KeyManagement {
    private final KeyManagement key;
    private volatile boolean reachable;

    Keys(KeyManagement key) {
      this.key = key;
    }

    @Override
    public String currentKey() {
      return key.currentKey();
    }

    @Override
    public byte[] wrap(String name, byte[] plain, byte[] context)
        throws GeneralSecurityException, IOException {
      if (!reachable) {
        throw new IOException("no route to the keys");
      }
      return key.wrap(name, plain, context);
    }

    @Override
    public byte[] unwrap(String name, byte[] cipher, byte[] context)
        throws GeneralSecurityException, IOException {
      return key.unwrap(name, cipher, context);
    }
  }

  private ReceiptLog open(ReceiptOptions.Builder options, Keys keys) {
    return ReceiptLog.open(dir.resolve("receipts"), SIGNER, dir.resolve("evidence"), keys,
        options.build());
  }

  private Keys keys() {
    return new Keys(LocalKeys.readOrCreate(dir.resolve("evidence.keyset")));
  }

  @Test
  void withoutAKeyForTheEvidenceThereIsNoReceipt() throws InterruptedException {
    ReceiptLog log = open(options(), keys());
    ReceiptSession session = session(log);
    PendingReceipt lost = infer(session, 0);
    assertThatThrownBy(() -> lost.await(LONG)).isInstanceOf(ReceiptLogException.class)
        .hasMessageContaining("no route to the keys");
    assertThatThrownBy(() -> infer(session, 1)).isInstanceOf(ReceiptLogException.class);
    session.close();
    assertThatThrownBy(log::close).isInstanceOf(ReceiptLogException.class)
        .hasMessageContaining("1 inferences are not in it");
  }

  @Test
  void whenTheKeyIsBackThereIsAGapForWhatHadNone() throws InterruptedException {
    Keys keys = keys();
    try (ReceiptLog log = open(options().failOpen(true).retryInterval(Duration.ofMillis(1)),
        keys); ReceiptSession session = session(log)) {
      PendingReceipt missing = infer(session, 0);
      assertThatThrownBy(() -> missing.await(LONG)).isInstanceOf(ReceiptMissingException.class);
      keys.reachable = true;
      long last = awaitOneThatIsLogged(session, 1);
      Set<Long> covered = new TreeSet<>();
      SignedCheckpoint checkpoint = log.publish();
      for (long i = 0; i < checkpoint.size(); i++) {
        ReceiptEntry entry = log.entry(i);
        long count = entry instanceof Gap gap ? gap.count() : 1;
        for (long s = 0; s < count; s++) {
          assertThat(covered.add(entry.sequence() + s)).as("told once").isTrue();
        }
      }
      assertThat(covered).hasSize((int) last + 1);
    }
  }

  @Test
  void largeTensorsAreHashedBySeveralThreadsAndOrderIsKept() throws InterruptedException {
    try (ReceiptLog log = open(options().retention(Retention.INPUTS).enqueueWait(LONG));
        ReceiptSession session = session(log)) {
      List<Tensors> inputs = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        float[] elements = new float[i % 4 == 0 ? 300_000 : 10];
        elements[0] = i;
        inputs.add(Tensors.of("x", Tensor.of(elements, elements.length)));
      }
      List<PendingReceipt> all = new ArrayList<>();
      disk.block(); // so that they pile up to batches
      for (Tensors input : inputs) {
        all.add(session.reserve(input, Map.of()).complete(output(1)));
      }
      disk.unblock();
      for (int i = 0; i < inputs.size(); i++) {
        LoggedReceipt logged = all.get(i).await(LONG);
        assertThat(logged.index()).isEqualTo(i);
        Evidence evidence = evidence(log, i);
        assertThat(evidence.inputs()).contains(inputs.get(i));
        assertThat(logged.receipt().input().opensTo(inputs.get(i), evidence.inputSalt())).isTrue();
      }
    } finally {
      disk.unblock();
    }
  }

  @Test
  void aGapThatCannotBeWrittenIsReportedWhenTheLogIsClosed() throws InterruptedException {
    ReceiptLog log = open(options().failOpen(true));
    ReceiptSession session = session(log);
    infer(session, 0).await(LONG);
    disk.fail(true);
    PendingReceipt unknown = infer(session, 1);
    assertThatThrownBy(() -> unknown.await(LONG)).isInstanceOf(ReceiptLogException.class);
    PendingReceipt missing = infer(session, 2);
    assertThatThrownBy(() -> missing.await(LONG)).isInstanceOf(ReceiptMissingException.class);
    session.close();
    assertThatThrownBy(log::close).isInstanceOf(ReceiptLogException.class)
        .hasMessageContaining("2 inferences are not in it");
  }

  @Test
  void aCancelledInferenceLeavesNoTrace() throws InterruptedException {
    try (ReceiptLog log = open(options().backlog(1, 1 << 20));
        ReceiptSession session = session(log)) {
      ReceiptSession.Slot slot = session.reserve(input(0), Map.of());
      slot.cancel();
      assertThatThrownBy(() -> slot.complete(output(0)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(infer(session, 1).await(LONG).receipt().sequence()).isZero();
    }
  }

  @Test
  void refusesAttributesThatNoReceiptCanHave() throws InterruptedException {
    try (ReceiptLog log = open(options().backlog(1, 1 << 20));
        ReceiptSession session = session(log)) {
      assertThatThrownBy(() -> session.reserve(input(0), Map.of("", "x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("attribute name");
      infer(session, 1).await(LONG);
    }
  }

  @Test
  void whatIsClosedSaysSo() throws InterruptedException {
    ReceiptLog log = open(options());
    ReceiptSession session = session(log);
    PendingReceipt pending = infer(session, 0);
    session.close();
    assertThat(pending.poll()).as("closing waits for what is on its way").isPresent();
    assertThatThrownBy(() -> infer(session, 1)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("session");
    ReceiptSession second = session(log);
    PendingReceipt late = infer(second, 2);
    log.close();
    assertThat(late.poll()).isPresent();
    assertThatThrownBy(() -> infer(second, 3)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> session(log)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(log::size).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(log::publish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesASecondWriterAndAnotherKey() {
    try (ReceiptLog log = open(options())) {
      assertThat(log.key()).isEqualTo(SIGNER.verifier());
      assertThatThrownBy(() -> open(options())).isInstanceOf(ReceiptLogException.class)
          .hasMessageContaining("another writer has the log");
    }
    assertThatThrownBy(() -> ReceiptLog.open(dir.resolve("receipts"),
        NoteSigner.generate("acme.example/receipts", new SecureRandom()), dir.resolve("evidence"),
        LocalKeys.readOrCreate(dir.resolve("evidence.keyset")), options().build()))
        .isInstanceOf(ReceiptLogException.class);
    open(options()).close();
  }

  @Test
  void aFlippedByteInTheLogIsNamed() throws Exception {
    try (ReceiptLog log = open(options()); ReceiptSession session = session(log)) {
      infer(session, 0).await(LONG);
    }
    Path bundle;
    try (Stream<Path> files = Files.walk(dir.resolve("receipts/tile/entries"))) {
      bundle = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    flip(bundle, Files.size(bundle) / 2);
    try (ReceiptLog log = open(options())) {
      assertThatThrownBy(() -> log.entry(0)).isInstanceOf(ReceiptLogException.class)
          .hasMessageContaining("tile/entries");
    } catch (ReceiptLogException e) {
      assertThat(e).hasMessageContaining("tile/entries");
    }
  }

  private static void flip(Path file, long position) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ,
        StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, position);
      one.put(0, (byte) (one.get(0) ^ 1));
      channel.write(one.flip(), position);
    }
  }

  @Test
  void aClockThatIsWrongFailsTheInferenceAndNothingElse() throws InterruptedException {
    Instant[] now = {Instant.EPOCH.minusSeconds(1)};
    try (ReceiptLog log = open(options().clock(() -> now[0]).backlog(1, 1 << 20));
        ReceiptSession session = session(log)) {
      assertThatThrownBy(() -> infer(session, 0)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1970 to 9999");
      now[0] = NOW;
      assertThat(infer(session, 1).await(LONG).receipt().sequence()).isZero();
    }
  }

  @Test
  void optionsRefuseWhatCannotBe() {
    assertThatThrownBy(() -> options().backlog(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options().enqueueWait(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options().checkpointInterval(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
