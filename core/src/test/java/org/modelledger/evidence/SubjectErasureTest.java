package org.modelledger.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.internal.envelope.Envelope;
import org.modelledger.internal.secret.RandomBytes;
import org.modelledger.model.Digest;

class SubjectErasureTest {
  @TempDir
  Path dir;
  @SuppressWarnings("NullAway.Init")
  private Path store;
  @SuppressWarnings("NullAway.Init")
  private LocalKeys keys;

  @BeforeEach
  void makeKeys() {
    store = dir.resolve("evidence");
    keys = LocalKeys.readOrCreate(dir.resolve("evidence.keyset"));
  }

  private EvidenceStore open(long logSize, long segmentBytes) {
    return EvidenceStore.open(store, keys, logSize, segmentBytes);
  }

  private static SortedMap<String, String> customer(int number) {
    return Records.subject("customer", "c-" + number);
  }

  private List<Path> list(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  @Test
  void erasesAllOfOneSubjectInEveryFileAndNothingElse() throws Exception {
    try (EvidenceStore open = open(0, 1000)) {
      for (int i = 0; i < 40; i++) {
        var unused = Records.append(open, i, customer(i % 4));
      }
      assertThat(open.eraseSubject("customer", "c-1")).isEqualTo(10);
      assertThat(open.eraseSubject("customer", "c-1")).isZero();
      assertThat(open.eraseSubject("client", "c-2")).as("another attribute").isZero();
      var unused = Records.append(open, 40, customer(1));
    }
    assertThat(list(".evidence")).hasSizeGreaterThan(5);
    assertThat(list(".erase")).isEmpty();
    try (EvidenceStore open = open(41, 1000)) {
      for (int i = 0; i < 40; i++) {
        assertThat(open.find(i)).as("receipt %s", i)
            .isInstanceOf(i % 4 == 1 ? EvidenceLookup.Erased.class : EvidenceLookup.Kept.class);
      }
      assertThat(open.find(40)).as("filed afterwards").isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  @Test
  void oneOfSeveralSubjectsIsEnough() {
    TreeMap<String, String> both = new TreeMap<>(customer(1));
    both.put("household", "h-7");
    try (EvidenceStore open = open(0, 1 << 20)) {
      Evidence first = Records.append(open, 0, both);
      var unused = Records.append(open, 1, Records.subject("household", "h-8"));
      assertThat(open.find(0)).isEqualTo(new EvidenceLookup.Kept(first));
      assertThat(open.eraseSubject("household", "h-7")).isOne();
      assertThat(open.eraseSubject("customer", "c-1")).as("erased already").isZero();
      assertThat(open.find(0)).isEqualTo(new EvidenceLookup.Erased());
      assertThat(open.find(1)).isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  @Test
  void aSubjectIsNeitherReadableNorGuessableOnTheDiskAndItsTagGoesWithTheRecord()
      throws Exception {
    byte[] tag;
    try (EvidenceStore open = open(0, 1 << 20)) {
      var unused = Records.append(open, 0, customer(42));
      tag = open.subjectKey().tag("customer", "c-42");
      assertThat(contains(tag)).isTrue();
      assertThat(contains("c-42".getBytes(StandardCharsets.UTF_8))).isFalse();
      assertThat(contains(Digest.sha256("c-42".getBytes(StandardCharsets.UTF_8)).bytes()))
          .isFalse();
      assertThat(open.eraseSubject("customer", "c-42")).isOne();
    }
    assertThat(contains(tag)).isFalse();
    Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));
    SubjectKey other = SubjectKey.create(new Envelope(keys), elsewhere, new RandomBytes());
    assertThat(other.tag("customer", "c-42")).as("another store's").isNotEqualTo(tag);
  }

  private boolean contains(byte[] part) throws IOException {
    byte[] file = Files.readAllBytes(list(".evidence").getFirst());
    for (int i = 0; i + part.length <= file.length; i++) {
      if (Arrays.equals(file, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void whatACrashInterruptedIsFinishedByTheNextOpening() throws Exception {
    byte[] tag;
    try (EvidenceStore open = open(0, 1)) {
      for (int i = 0; i < 6; i++) {
        var unused = Records.append(open, i, customer(i % 2));
      }
      tag = open.subjectKey().tag("customer", "c-0");
      assertThat(open.erase(0)).isTrue(); // how far it came
    }
    Path intent = Files.createFile(store.resolve(HexFormat.of().formatHex(tag) + ".erase"));
    try (EvidenceStore open = open(6, 1)) {
      for (int i = 0; i < 6; i++) {
        assertThat(open.find(i)).isInstanceOf(
            i % 2 == 0 ? EvidenceLookup.Erased.class : EvidenceLookup.Kept.class);
      }
    }
    assertThat(intent).doesNotExist();
  }

  @Test
  void aDamagedFileIsNamedAndTheOthersAreErasedFromAllTheSame() throws Exception {
    try (EvidenceStore open = open(0, 1)) {
      for (int i = 0; i < 3; i++) {
        var unused = Records.append(open, i, customer(1));
      }
    }
    Path damaged = store.resolve("00000000.evidence");
    byte[] good = Files.readAllBytes(damaged);
    byte[] bad = good.clone();
    bad[40] ^= 1;
    Files.write(damaged, bad);
    try (EvidenceStore open = open(3, 1)) {
      assertThatThrownBy(() -> open.eraseSubject("customer", "c-1"))
          .isInstanceOf(EvidenceCorruptException.class)
          .hasMessageContaining(damaged.toString());
      assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Erased());
      assertThat(open.find(2)).isEqualTo(new EvidenceLookup.Erased());
    }
    open(3, 1).close(); // still damaged: a warning
    assertThat(list(".erase")).hasSize(1);
    Files.write(damaged, good);
    try (EvidenceStore open = open(3, 1)) {
      assertThat(open.find(0)).as("repaired, and erased").isEqualTo(new EvidenceLookup.Erased());
    }
    assertThat(list(".erase")).isEmpty();
  }

  @Test
  void recordsThatAreFiledByALostKeyAreNotPassedOverInSilence() throws Exception {
    try (EvidenceStore open = open(0, 1 << 20)) {
      var unused = Records.append(open, 0, customer(1));
    }
    Files.delete(store.resolve("subjects.key"));
    try (EvidenceStore open = open(1, 1 << 20)) {
      assertThatThrownBy(() -> open.eraseSubject("customer", "c-1"))
          .isInstanceOf(EvidenceException.class)
          .hasMessageContaining("1 records")
          .hasMessageContaining("a key that is lost");
    }
  }

  @Test
  void aTagThatWasChangedIsNoticedWhenTheRecordIsRead() throws Exception {
    try (EvidenceStore open = open(0, 1 << 20)) {
      var unused = Records.append(open, 0, customer(1));
    }
    Path file = list(".evidence").getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[34 + RecordHeader.BYTES + 1 + RecordSealer.WRAPPED_BYTES + 5] ^= 1;
    Files.write(file, bytes);
    try (EvidenceStore open = open(1, 1 << 20)) {
      assertThatThrownBy(() -> open.find(0)).isInstanceOf(EvidenceCorruptException.class);
    }
  }

  @Test
  void anyOrderOfAppendingErasingRotatingAndOpeningKeepsWhatAModelInMemoryKeeps()
      throws Exception {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.out.println("-Dmodelledger.seed=" + seed);
    Random random = new Random(seed);
    List<Evidence> all = new ArrayList<>();
    List<Integer> owner = new ArrayList<>();
    Set<Integer> erased = new HashSet<>();
    EvidenceStore open = open(0, 2000);
    try {
      for (int step = 0; step < 400; step++) {
        switch (random.nextInt(12)) {
          case 0 -> {
            open.close();
            if (random.nextInt(3) == 0) {
              keys = LocalKeys.readOrCreate(dir.resolve("evidence.keyset"));
            }
            open = open(all.size(), 2000);
          }
          case 1 -> {
            int subject = random.nextInt(5);
            long expected = 0;
            for (int i = 0; i < all.size(); i++) {
              expected += owner.get(i) == subject && erased.add(i) ? 1 : 0;
            }
            assertThat(open.eraseSubject("customer", "c-" + subject)).as("seed %s", seed)
                .isEqualTo(expected);
          }
          case 2 -> {
            var unused = keys.rotate();
            assertThat(open.rewrapKeys().needed()).containsExactly(keys.currentKey());
          }
          case 3 -> {
            int index = random.nextInt(all.size() + 1); // there may be none
            assertThat(open.erase(index)).as("seed %s", seed)
                .isEqualTo(index < all.size() && erased.add(index));
          }
          default -> {
            int subject = random.nextInt(6) - 1; // sometimes of nobody
            all.add(subject < 0
                ? Records.append(open, all.size())
                : Records.append(open, all.size(), customer(subject)));
            owner.add(subject);
          }
        }
        if (!all.isEmpty()) {
          check(open, random.nextInt(all.size()), all, erased, seed);
        }
      }
      for (int i = 0; i < all.size(); i++) {
        check(open, i, all, erased, seed);
      }
    } finally {
      open.close();
    }
  }

  private static void check(EvidenceStore open, int index, List<Evidence> all,
      Set<Integer> erased, long seed) {
    assertThat(open.find(index)).as("receipt %s, seed %s", index, seed)
        .isEqualTo(erased.contains(index)
            ? new EvidenceLookup.Erased()
            : new EvidenceLookup.Kept(all.get(index)));
  }
}
