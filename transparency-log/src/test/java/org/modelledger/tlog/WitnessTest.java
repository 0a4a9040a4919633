package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WitnessTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final NoteSigner LOG = NoteSigner.generate("example.com/log", RANDOM);
  private static final CosignatureSigner KEY = CosignatureSigner.generate("witness.example",
      RANDOM);
  private static final List<NoteVerifier> LOGS = List.of(LOG.verifier());

  @TempDir
  Path directory;

  private SmallLog log;
  private SmallLog fork;
  private Witness witness;

  @BeforeEach
  void begin() {
    log = new SmallLog(LOG, "history");
    fork = new SmallLog(LOG, "fork");
    witness = Witness.create(directory, KEY, LOGS);
  }

  @AfterEach
  void end() {
    witness.close();
    log.close();
    fork.close();
  }

  private static void assertCosigned(WitnessAnswer answer, SignedCheckpoint checkpoint)
      throws ProofException {
    assertThat(answer).isInstanceOf(WitnessAnswer.Cosigned.class);
    assertThat(answer.status()).isEqualTo(200);
    SignedCheckpoint cosigned = SignedCheckpoint
        .parse(checkpoint.text() + answer.body(), LOG.verifier());
    assertThat(cosigned.cosignatures(List.of(KEY.verifier()))).singleElement()
        .satisfies(c -> assertThat(c.timestamp()).isGreaterThan(1_700_000_000L));
  }

  private static void assertRefused(WitnessAnswer answer, int status, String reason) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).contains(reason).endsWith("\n");
  }

  private static byte[] changed(byte[] request, String from, String to) {
    String text = new String(request, UTF_8);
    assertThat(text).contains(from);
    return text.replace(from, to).getBytes(UTF_8);
  }

  @Test
  void cosignsALogThatGrows() throws Exception {
    assertThat(witness.latest("example.com/log")).isEmpty();
    long old = 0;
    for (long size : new long[]{0, 0, 1, 2, 3, 7, 8, 300, 300, 301}) {
      assertCosigned(witness.addCheckpoint(log.request(old, size)), log.at(size));
      old = size;
    }
    SignedNote latest = witness.latest("example.com/log").orElseThrow();
    assertThat(latest.text()).isEqualTo(log.at(301).note().text());
    SignedCheckpoint read = SignedCheckpoint.of(latest, LOG.verifier());
    assertThat(read.cosignatures(List.of(KEY.verifier()))).hasSize(1);
    assertThat(witness.latest("example.com/other")).isEmpty();
  }

  @Test
  void saysWhatItHasIfTheClientThinksOtherwise() throws Exception {
    assertThat(witness.addCheckpoint(log.request(2, 5))).isEqualTo(new WitnessAnswer.Conflict(0));
    var unused = witness.addCheckpoint(log.request(0, 5));
    WitnessAnswer answer = witness.addCheckpoint(log.request(0, 9));
    assertThat(answer).isEqualTo(new WitnessAnswer.Conflict(5));
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body()).isEqualTo("5\n");
    assertThat(witness.addCheckpoint(log.request(3, 9))).isEqualTo(new WitnessAnswer.Conflict(5));
    // an older checkpoint is no better than a fork: it is not the largest that was seen
    assertThat(witness.addCheckpoint(log.request(3, 4))).isEqualTo(new WitnessAnswer.Conflict(5));
  }

  @Test
  void refusesAForkHoweverItIsAsked() throws Exception {
    assertCosigned(witness.addCheckpoint(log.request(0, 5)), log.at(5));
    assertRefused(witness.addCheckpoint(fork.request(5, 5)), 422, "the old root is");
    assertRefused(witness.addCheckpoint(fork.request(5, 9)), 422, "leads to the old root");
    byte[] empty = new AddCheckpoint(5, List.of(), fork.at(9).note()).encoded();
    assertRefused(witness.addCheckpoint(empty), 422, "the path is empty");
    byte[] borrowed = new AddCheckpoint(5, log.reader().consistencyProof(5, log.at(9)).path(),
        fork.at(9).note()).encoded();
    assertRefused(witness.addCheckpoint(borrowed), 422, "leads to the new root");
    assertThat(witness.addCheckpoint(fork.request(0, 9))).isEqualTo(new WitnessAnswer.Conflict(5));
    assertThat(witness.addCheckpoint(fork.request(4, 9))).isEqualTo(new WitnessAnswer.Conflict(5));
    // and it is none the worse for it
    assertCosigned(witness.addCheckpoint(log.request(5, 9)), log.at(9));
  }

  @Test
  void refusesAsTheSpecificationSays() throws Exception {
    byte[] request = log.request(0, 3);
    NoteSigner stranger = NoteSigner.generate("example.com/log", RANDOM);
    NoteSigner unknown = NoteSigner.generate("example.com/unknown", RANDOM);
    String text = log.at(3).checkpoint().text();
    assertRefused(witness.addCheckpoint(new AddCheckpoint(0, List.of(),
        unknown.sign(text.replace("example.com/log", "example.com/unknown"))).encoded()), 404,
        "'example.com/unknown' is not known");
    assertRefused(
        witness.addCheckpoint(new AddCheckpoint(0, List.of(), stranger.sign(text)).encoded()), 403,
        "none of the trusted keys");
    // a line that claims the trusted key and does not verify
    assertRefused(witness.addCheckpoint(changed(request, "\n3\n", "\n4\n")), 403,
        "does not verify");
    assertRefused(witness.addCheckpoint(changed(request, "old 0", "old 4")), 400,
        "the old size 4 is more than the checkpoint's, 3");
    Hash hash = log.at(3).root();
    assertRefused(witness.addCheckpoint(new AddCheckpoint(0, List.of(hash), log.at(3).note())
        .encoded()), 422, "wanted none");
    Checkpoint lie = new Checkpoint("example.com/log", 0, hash);
    assertRefused(witness.addCheckpoint(
        new AddCheckpoint(0, List.of(), LOG.sign(lie.text())).encoded()), 422, "the old root is");
    assertCosigned(witness.addCheckpoint(log.request(0, 0)), log.at(0));
    assertRefused(witness.addCheckpoint(
        new AddCheckpoint(0, List.of(), LOG.sign(lie.text())).encoded()), 422, "the old root is");
    assertThat(witness.latest("example.com/log").orElseThrow().text())
        .isEqualTo(log.at(0).note().text());
  }

  @Test
  void refusesWhatIsNoRequest() throws Exception {
    byte[] request = log.request(0, 3);
    var unused = witness.addCheckpoint(request);
    byte[] next = log.request(3, 4);
    for (String old : List.of("", "3", "old", "old3", "old  3", "old 03", "old -3", "old +3",
        "old 3 ", "OLD 3", "old 9223372036854775808", "\nold 3")) {
      assertRefused(witness.addCheckpoint(changed(next, "old 3\n", old + "\n")), 400, "");
    }
    String hash = log.at(3).root().base64();
    assertRefused(witness.addCheckpoint(changed(next, "old 3\n", "old 3\n" + hash + " \n")), 400,
        "is not 32 bytes in base64");
    assertRefused(witness.addCheckpoint(
        changed(next, "old 3\n", "old 3\n" + (hash + "\n").repeat(63))), 400, "at most 63");
    assertRefused(witness.addCheckpoint(new byte[0]), 400, "no blank line");
    assertRefused(witness.addCheckpoint(new byte[]{(byte) 0xff}), 400, "not UTF-8");
    assertRefused(witness.addCheckpoint(new byte[AddCheckpoint.MAX_BYTES + 1]), 400, "at most");
    assertRefused(witness.addCheckpoint("old 3\n\nno checkpoint\n".getBytes(UTF_8)), 400, "");
    assertRefused(witness.addCheckpoint(
        new AddCheckpoint(3, List.of(), LOG.sign("no checkpoint\n")).encoded()), 400,
        "has 1 lines");
    assertCosigned(witness.addCheckpoint(next), log.at(4));
  }

  @Test
  void noMutatedRequestIsCosignedOrThrows() throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed());
    var unused = witness.addCheckpoint(log.request(0, 3));
    byte[] request = log.request(3, 9);
    for (int i = 0; i < 5_000; i++) {
      byte[] mutated = NotesTest.mutated(request, random);
      WitnessAnswer answer = witness.addCheckpoint(mutated);
      if (answer.status() == 200) {
        // a change in a signature line of nobody known, or none at all
        assertThat(witness.latest("example.com/log").orElseThrow().text())
            .isEqualTo(log.at(9).note().text());
        return;
      }
      assertThat(answer.status()).isIn(400, 403, 404, 409, 422);
      assertThat(witness.latest("example.com/log").orElseThrow().text())
          .isEqualTo(log.at(3).note().text());
    }
  }

  @Test
  void keepsOnlyTheSignaturesThatItChecked() throws Exception {
    SignedNote.Signature other = NoteSigner.generate("somebody.example", RANDOM)
        .sign(log.at(3).note().text())
        .signatures()
        .getFirst();
    SignedNote note = log.at(3).note().with(List.of(other));
    var unused = witness.addCheckpoint(new AddCheckpoint(0, List.of(), note).encoded());
    assertThat(witness.latest("example.com/log").orElseThrow().signatures())
        .extracting(SignedNote.Signature::keyName)
        .containsExactly("example.com/log", "witness.example");
  }

  @Test
  void rememberWhatItCosignedWhenItIsOpenedAgain() throws Exception {
    assertCosigned(witness.addCheckpoint(log.request(0, 5)), log.at(5));
    SignedNote latest = witness.latest("example.com/log").orElseThrow();
    witness.close();
    witness = Witness.open(directory, KEY, List.of());
    assertRefused(witness.addCheckpoint(log.request(5, 9)), 404, "not known");
    witness.close();
    witness = Witness.open(directory, KEY, LOGS);
    assertThat(witness.latest("example.com/log")).contains(latest);
    assertRefused(witness.addCheckpoint(fork.request(5, 9)), 422, "does not hold");
    assertCosigned(witness.addCheckpoint(log.request(5, 9)), log.at(9));
  }

  @Test
  void aLogMayHaveSeveralKeysAndKeepsItsHistoryWhenOneIsReplaced() throws Exception {
    assertCosigned(witness.addCheckpoint(log.request(0, 5)), log.at(5));
    witness.close();
    NoteSigner second = NoteSigner.generate("example.com/log", RANDOM);
    witness = Witness.open(directory, KEY, List.of(second.verifier()));
    assertRefused(witness.addCheckpoint(log.request(5, 9)), 403, "none of the trusted keys");
    byte[] request = new AddCheckpoint(5, log.reader().consistencyProof(5, log.at(9)).path(),
        second.sign(log.at(9).note().text())).encoded();
    assertThat(witness.addCheckpoint(request).status()).isEqualTo(200);
  }

  @Test
  void aClockThatGoesBackDoesNotMakeItContradictItself() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_000_000));
    InstantSource clock = now::get;
    try (Witness timed = Witness.create(new SimulatedDisk(), KEY, LOGS, clock)) {
      assertThat(timestamp(timed.addCheckpoint(log.request(0, 1)), 1)).isEqualTo(1_000_000);
      now.set(Instant.ofEpochSecond(500_000));
      assertThat(timestamp(timed.addCheckpoint(log.request(1, 2)), 2)).isEqualTo(1_000_000);
      now.set(Instant.ofEpochSecond(1_000_001));
      assertThat(timestamp(timed.addCheckpoint(log.request(2, 3)), 3)).isEqualTo(1_000_001);
    }
    now.set(Instant.ofEpochSecond(-5));
    try (Witness timed = Witness.create(new SimulatedDisk(), KEY, LOGS, clock)) {
      assertThat(timestamp(timed.addCheckpoint(log.request(0, 3)), 3)).isEqualTo(1);
    }
  }

  private long timestamp(WitnessAnswer answer, long size) throws Exception {
    return SignedCheckpoint.parse(log.at(size).text() + answer.body(), LOG.verifier())
        .cosignatures(List.of(KEY.verifier()))
        .getFirst()
        .timestamp();
  }

  @Test
  void ofManyAtTheSameTimeOneHistoryComesOut() throws Exception {
    List<Callable<WitnessAnswer>> tasks = new ArrayList<>();
    for (int size = 1; size <= 20; size++) {
      byte[] here = log.request(0, size);
      byte[] there = fork.request(0, size);
      tasks.add(() -> witness.addCheckpoint(here));
      tasks.add(() -> witness.addCheckpoint(there));
    }
    int cosigned = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<WitnessAnswer> answer : threads.invokeAll(tasks)) {
        if (answer.get() instanceof WitnessAnswer.Cosigned) {
          cosigned++;
        } else {
          assertThat(answer.get()).isInstanceOf(WitnessAnswer.Conflict.class);
        }
      }
    }
    assertThat(cosigned).isEqualTo(1);
  }

  @Test
  void oneAtATimeHasTheState() {
    assertThatThrownBy(() -> Witness.open(directory, KEY, LOGS))
        .isInstanceOf(LogLockedException.class);
  }

  @Test
  void refusesAStateThatIsNotItsOwn() throws Exception {
    witness.close();
    CosignatureSigner other = CosignatureSigner.generate("witness.example", RANDOM);
    assertThatThrownBy(() -> Witness.open(directory, other, LOGS))
        .isInstanceOf(LogIdentityException.class)
        .hasMessageContaining(other.verifier().toString());
    assertThatThrownBy(() -> Witness.create(directory, KEY, LOGS))
        .isInstanceOf(LogFormatException.class)
        .hasMessageContaining("is not empty");
    assertThatThrownBy(() -> Witness.open(directory.resolve("none"), KEY, LOGS))
        .isInstanceOf(LogFormatException.class)
        .hasMessageContaining("needs a new key");
  }

  @Test
  void refusesToForget() throws Exception {
    var unused = witness.addCheckpoint(log.request(0, 5));
    witness.close();
    Path file = directory.resolve(WitnessState.file("example.com/log"));
    byte[] kept = Files.readAllBytes(file);
    Files.delete(file);
    assertCorrupt(file, "it is missing");
    byte[] flipped = kept.clone();
    flipped[20] ^= 1;
    Files.write(file, flipped);
    assertCorrupt(file, "");
    Files.write(file, new byte[0]);
    assertCorrupt(file, "");
    Files.write(file, log.at(5).text().getBytes(UTF_8));
    assertCorrupt(file, "that this witness has cosigned");
    Files.write(file, kept);
    Path identity = directory.resolve("witness");
    String text = Files.readString(identity);
    Files.writeString(identity, text.replace("\n1\n", "\n2\n"));
    assertThatThrownBy(() -> Witness.open(directory, KEY, LOGS))
        .isInstanceOf(LogFormatException.class)
        .hasMessageContaining("format version '2'");
    Files.writeString(identity, text.substring(0, text.length() - 1));
    assertCorrupt(identity, "a line each");
    Files.writeString(identity, text.substring(3));
    assertCorrupt(identity, "does not begin with");
    Files.writeString(identity, text);
    witness = Witness.open(directory, KEY, LOGS);
    assertThat(witness.latest("example.com/log")).isPresent();
  }

  private void assertCorrupt(Path file, String what) {
    assertThatThrownBy(() -> Witness.open(directory, KEY, LOGS))
        .isInstanceOf(LogCorruptException.class)
        .hasMessageContaining(String.valueOf(file.getFileName()))
        .hasMessageContaining(what);
  }

  @Test
  void aStateThatCannotBeWrittenEndsIt() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    Witness failing = Witness.create(disk, KEY, LOGS, InstantSource.system());
    var unused = failing.addCheckpoint(log.request(0, 5));
    disk.setFault((operation, name) -> {
      if (operation.equals("sync")) {
        throw new IOException("the disk says no");
      }
    });
    byte[] next = log.request(5, 9);
    assertThatThrownBy(() -> failing.addCheckpoint(next)).isInstanceOf(LogFailedException.class)
        .hasMessageContaining("the disk says no");
    disk.setFault((operation, name) -> {
    });
    assertThatThrownBy(() -> failing.addCheckpoint(next)).isInstanceOf(LogFailedException.class);
    failing.close();
    try (Witness again = Witness.open(disk, KEY, LOGS, InstantSource.system())) {
      assertCosigned(again.addCheckpoint(next), log.at(9));
    }
  }

  @Test
  void anInterruptOfWhoeverAsksDoesItNoHarm() throws Exception {
    byte[] first = log.request(0, 5);
    byte[] second = log.request(5, 9);
    Thread.currentThread().interrupt();
    WitnessAnswer answer = witness.addCheckpoint(first);
    assertThat(Thread.interrupted()).isTrue();
    assertCosigned(answer, log.at(5));
    assertCosigned(witness.addCheckpoint(second), log.at(9));
  }

  @Test
  void answersNothingOnceItIsClosed() throws Exception {
    byte[] request = log.request(0, 5);
    witness.close();
    assertThatIllegalStateException().isThrownBy(() -> witness.addCheckpoint(request))
        .withMessageContaining("is closed");
  }
}
