package org.modelledger.evidence;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.encryption.LocalKeys;

/** Kills processes that rotate keys and erase a subject. */
class RotationCrashTest {
  private static final int ROUNDS = Integer.getInteger("modelledger.kills.keys", 6);
  private static final int RECORDS = 24;

  @TempDir
  Path dir;

  private static LocalKeys keys(Path dir) {
    return LocalKeys.readOrCreate(dir.resolve("evidence.keyset"));
  }

  /** Erases the subject that it is given, then rotates until it is killed. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      Path dir = Path.of(args[0]);
      LocalKeys keys = keys(dir);
      try (PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true,
          StandardCharsets.UTF_8);
          EvidenceStore open = EvidenceStore.open(dir.resolve("evidence"), keys, RECORDS, 1)) {
        out.println("open");
        long unused = open.eraseSubject("customer", args[1]);
        while (true) {
          var unusedKey = keys.rotate();
          var unusedRotation = open.rewrapKeys();
        }
      }
    }
  }

  @Test
  void aKillAtAnyTimeLosesNoEvidenceAndNoErasure() throws Exception {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.out.println("-Dmodelledger.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<Evidence> kept = new ArrayList<>();
    try (EvidenceStore open = EvidenceStore.open(dir.resolve("evidence"), keys(dir), 0, 1)) {
      for (int i = 0; i < RECORDS; i++) {
        kept.add(Records.append(open, i, Records.subject("customer", "c-" + i)));
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      killWhileItRotates("c-" + round, random.nextLong(1, 400));
      try (EvidenceStore open = EvidenceStore.open(dir.resolve("evidence"), keys(dir), RECORDS,
          1)) {
        for (int i = round + 1; i < RECORDS; i++) {
          assertThat(open.find(i)).as("seed %s, round %s", seed, round)
              .isEqualTo(new EvidenceLookup.Kept(kept.get(i)));
        }
        for (int i = 0; i < round; i++) {
          assertThat(open.find(i)).isEqualTo(new EvidenceLookup.Erased());
        }
        long unused = open.eraseSubject("customer", "c-" + round); // it may not have begun
        assertThat(open.find(round)).isEqualTo(new EvidenceLookup.Erased());
      }
    }
    LocalKeys keys = keys(dir);
    try (EvidenceStore open = EvidenceStore.open(dir.resolve("evidence"), keys, RECORDS, 1)) {
      assertThat(open.rewrapKeys().needed()).containsExactly(keys.currentKey());
    }
  }

  private void killWhileItRotates(String subject, long millis) throws Exception {
    Process child = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), Child.class.getName(), dir.toString(), subject)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
      assertThat(requireNonNull(out.readLine(), "the child ended by itself")).isEqualTo("open");
      assertThat(child.waitFor(millis, TimeUnit.MILLISECONDS)).as("it rotates for ever").isFalse();
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor()).as("killed").isNotZero();
  }
}
