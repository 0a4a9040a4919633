package org.modelledger.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.subtle.AesGcmJce;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.encryption.KeyUnavailableException;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.MerkleTree;

class EvidenceStoreTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir
  Path dir;
  private Path store = Path.of("");
  private KeyManagement key = new NoKey();

  @BeforeEach
  void makeKey() {
    store = dir.resolve("evidence");
    key = LocalKeys.readOrCreate(dir.resolve("evidence.keyset"));
  }

  private static Hash leaf(long index) {
    return MerkleTree.leafHash(("receipt " + index).getBytes(StandardCharsets.UTF_8));
  }

  private static Evidence evidence(long index) {
    TreeMap<String, Salt> salts = new TreeMap<>();
    salts.put("case", Salt.random(RANDOM));
    TreeMap<String, String> attributes = new TreeMap<>();
    attributes.put("case", "number " + index);
    return new Evidence(Salt.random(RANDOM), Salt.random(RANDOM), salts,
        Optional.of(Tensors.of("x", Tensor.of(new float[]{index, 1}, 1, 2))),
        Optional.of(Tensors.of("y", Tensor.of(new long[]{index}, 1))), attributes);
  }

  private static Evidence append(EvidenceStore open, long index) {
    Evidence evidence = evidence(index);
    EvidenceBatch batch = open.newBatch().begin(index);
    batch.add(leaf(index), evidence);
    open.append(batch);
    open.sync();
    return evidence;
  }

  private static void appendNone(EvidenceStore open, long index) {
    EvidenceBatch batch = open.newBatch().begin(index);
    batch.addNone(leaf(index));
    open.append(batch);
    open.sync();
  }

  private EvidenceStore open(long logSize) {
    return EvidenceStore.open(store, key, logSize);
  }

  private Path segment(int number) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files.filter(file -> file.toString().endsWith(".evidence"))
          .sorted()
          .toList()
          .get(number);
    }
  }

  /** Returns where the first record of a file lies. */
  private static int start(Path file) throws IOException {
    try (Segment segment = Segment.open(file)) {
      return (int) segment.start();
    }
  }

  private static void flip(Path file, long position) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ,
        StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, position);
      one.put(0, (byte) (one.get(0) ^ 0x10));
      channel.write(one.flip(), position);
    }
  }

  @Test
  void givesBackWhatWasAddedAfterARestart() {
    Evidence first;
    Evidence second;
    try (EvidenceStore open = open(0)) {
      first = append(open, 0);
      second = append(open, 1);
      assertThat(open.find(0)).isEqualTo(new EvidenceLookup.Kept(first));
    }
    try (EvidenceStore open = open(2)) {
      assertThat(open.find(0)).isEqualTo(new EvidenceLookup.Kept(first));
      assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Kept(second));
      assertThat(open.find(2)).isEqualTo(new EvidenceLookup.Absent());
    }
  }

  @Test
  void leavesNothingInTheClear() throws IOException {
    Evidence evidence;
    try (EvidenceStore open = open(0)) {
      evidence = append(open, 4_711 - 4_711);
    }
    byte[] file = Files.readAllBytes(segment(0));
    for (byte[] secret : List.of(evidence.inputSalt().bytes(),
        "number 0".getBytes(StandardCharsets.UTF_8),
        "MLTENS01".getBytes(StandardCharsets.US_ASCII))) {
      assertThat(indexOf(file, secret)).isNegative();
      assertThat(indexOf(evidence.encode(), secret)).isNotNegative();
    }
  }

  private static int indexOf(byte[] all, byte[] part) {
    for (int i = 0; i + part.length <= all.length; i++) {
      if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void anErasedRecordIsGoneAndTheOthersStay() throws IOException {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
      append(open, 1);
      Evidence third = append(open, 2);
      byte[] before = Files.readAllBytes(segment(0));
      assertThat(open.erase(1)).isTrue();
      assertThat(open.erase(1)).isFalse();
      assertThat(open.erase(77)).isFalse();
      assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Erased());
      assertThat(open.find(2)).isEqualTo(new EvidenceLookup.Kept(third));

      byte[] after = Files.readAllBytes(segment(0));
      int changed = Arrays.mismatch(before, after);
      byte[] key = Arrays.copyOfRange(after, changed + 1, changed + 1 + 60);
      assertThat(key).as("the record's encrypted key").containsOnly(0);
      assertThat(indexOf(after, Arrays.copyOfRange(before, changed + 1, changed + 1 + 60)))
          .as("the key is nowhere else")
          .isNegative();
    }
    try (EvidenceStore open = open(3)) {
      assertThat(open.find(0)).isInstanceOf(EvidenceLookup.Kept.class);
      assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Erased());
      assertThat(open.find(2)).isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  @Test
  void aRecordThatWasCutOffIsDroppedIfItsReceiptIsNotInTheLog() throws IOException {
    long whole;
    try (EvidenceStore open = open(0)) {
      append(open, 0);
      whole = Files.size(segment(0));
      append(open, 1);
    }
    long all = Files.size(segment(0));
    Path copy = Files.copy(segment(0), dir.resolve("copy"));
    for (long length = all - 1; length > whole; length--) {
      try (FileChannel channel = FileChannel.open(segment(0), StandardOpenOption.WRITE)) {
        channel.truncate(length);
      }
      try (EvidenceStore open = open(1)) {
        assertThat(open.find(0)).isInstanceOf(EvidenceLookup.Kept.class);
        assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Absent());
        assertThat(Files.size(segment(0))).isEqualTo(whole);
        append(open, 1);
      }
      Files.delete(segment(1)); // each opening that writes begins a file
      Files.copy(copy, segment(0), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  void aRecordThatIsCutOffThoughItsReceiptIsInTheLogIsNamed() throws IOException {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
      append(open, 1);
    }
    try (FileChannel channel = FileChannel.open(segment(0), StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    long size = Files.size(segment(0));
    assertThatThrownBy(() -> open(2)).isInstanceOf(EvidenceCorruptException.class)
        .hasMessageContaining(segment(0).toString())
        .hasMessageContaining("receipt 1");
    assertThat(Files.size(segment(0))).as("nothing was changed").isEqualTo(size);
  }

  @Test
  void aFileThatEndsTooEarlyBetweenTwoRecordsIsNamed() throws IOException {
    long whole;
    try (EvidenceStore open = open(0)) {
      append(open, 0);
      whole = Files.size(segment(0));
      append(open, 1);
    }
    try (FileChannel channel = FileChannel.open(segment(0), StandardOpenOption.WRITE)) {
      channel.truncate(whole);
    }
    assertThatThrownBy(() -> open(2)).isInstanceOf(EvidenceCorruptException.class)
        .hasMessageContaining("ends before receipt 1; the log has 2 entries");
  }

  @Test
  void everyFlippedByteIsNoticedAndNamed() throws IOException {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
    }
    long size = Files.size(segment(0));
    for (long position = 0; position < size; position++) {
      flip(segment(0), position);
      assertThatThrownBy(() -> {
        try (EvidenceStore open = open(1)) {
          assertThat(open.find(0)).isEqualTo(new EvidenceLookup.Kept(evidence(0)));
        }
      }).as("byte %s", position)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(segment(0).toString());
      flip(segment(0), position);
    }
    try (EvidenceStore open = open(1)) {
      assertThat(open.find(0)).isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  @Test
  void whatNeverGotIntoTheLogIsErasedAtTheNextOpening() throws IOException {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
      append(open, 1);
      append(open, 2);
    }
    byte[] before = Files.readAllBytes(segment(0));
    Evidence again;
    try (EvidenceStore open = open(1)) {
      assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Absent());
      again = append(open, 1);
      assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Kept(again));
    }
    byte[] after = Files.readAllBytes(segment(0));
    assertThat(Arrays.mismatch(before, after)).as("a key was overwritten")
        .isPositive()
        .isLessThan(before.length);
    try (EvidenceStore open = open(2)) {
      assertThat(open.find(0)).isInstanceOf(EvidenceLookup.Kept.class);
      assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Kept(again));
      assertThat(open.find(2)).isEqualTo(new EvidenceLookup.Absent());
    }
  }

  @Test
  void fillsOneFileAfterTheOther() throws IOException {
    for (int round = 0; round < 3; round++) {
      try (EvidenceStore open = EvidenceStore.open(store, key, round * 4L, 1000)) {
        for (int i = 0; i < 4; i++) {
          append(open, round * 4L + i);
        }
      }
    }
    assertThat(segment(2)).exists();
    try (EvidenceStore open = EvidenceStore.open(store, key, 12, 1000)) {
      for (int i = 0; i < 12; i++) {
        assertThat(open.find(i)).isInstanceOf(EvidenceLookup.Kept.class);
      }
      assertThat(open.erase(0)).isTrue();
    }
    flip(segment(0), start(segment(0)) + 8);
    try (EvidenceStore open = EvidenceStore.open(store, key, 12, 1000)) {
      assertThatThrownBy(() -> open.find(0)).isInstanceOf(EvidenceCorruptException.class)
          .hasMessageContaining(segment(0).toString())
          .hasMessageContaining("receipt 0");
      assertThat(open.find(11)).isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  @Test
  void aStoreWithoutFilesBeginsWhereTheLogIs() {
    try (EvidenceStore open = open(5)) {
      assertThat(open.find(3)).isEqualTo(new EvidenceLookup.Absent());
      append(open, 5);
      appendNone(open, 6);
    }
    try (EvidenceStore open = open(7)) {
      assertThat(open.find(4)).isEqualTo(new EvidenceLookup.Absent());
      assertThat(open.find(5)).isInstanceOf(EvidenceLookup.Kept.class);
      assertThat(open.find(6)).isEqualTo(new EvidenceLookup.Absent());
      assertThat(open.erase(6)).isFalse();
    }
  }

  @Test
  void anotherKeyOpensNothing() {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
    }
    LocalKeys other = LocalKeys.readOrCreate(dir.resolve("other.keyset"));
    try (EvidenceStore open = EvidenceStore.open(store, other, 1)) {
      assertThatThrownBy(() -> open.find(0)).isInstanceOfSatisfying(KeyUnavailableException.class,
          e -> {
            assertThat(e.isRetryable()).isFalse();
            assertThat(e).hasMessageContaining(key.currentKey())
                .hasMessageContaining(store.resolve("00000000.evidence").toString())
                .hasMessageContaining("other.keyset has another key, " + other.currentKey());
          });
    }
  }

  @Test
  void aRecordCannotPassForAnotherOnes() throws IOException {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
      append(open, 1);
    }
    byte[] file = Files.readAllBytes(segment(0));
    int start = start(segment(0));
    int record = (file.length - start) / 2;
    int body = start + RecordHeader.BYTES;
    System.arraycopy(file, body + record, file, body, record - RecordHeader.BYTES);
    Files.write(segment(0), file);
    try (EvidenceStore open = open(2)) {
      assertThatThrownBy(() -> open.find(0)).isInstanceOf(EvidenceCorruptException.class);
      assertThat(open.find(1)).isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  @Test
  void refusesASecondUser() {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
      assertThatThrownBy(() -> open(1)).isInstanceOf(EvidenceException.class)
          .hasMessageContaining("another user has the evidence in " + store);
    }
    open(1).close();
  }

  @Test
  void refusesToLeaveOneOut() {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
      assertThatThrownBy(() -> append(open, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("receipt 1");
    }
  }

  @Test
  void isClosedWhenItIsClosed() {
    EvidenceStore open = open(0);
    open.close();
    open.close();
    assertThatThrownBy(() -> open.find(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> open.erase(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> append(open, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void foreignFilesAndOtherVersionsAreNamed() throws IOException {
    open(0).close();
    Path foreign = store.resolve("00000000.evidence");
    Files.writeString(foreign, "this is something else, and long enough to be a header");
    assertThatThrownBy(() -> open(0)).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("is no evidence file");
    byte[] header = new byte[32];
    System.arraycopy("ModelLedger-evid".getBytes(StandardCharsets.US_ASCII), 0, header, 0, 16);
    header[19] = 4;
    CRC32C checksum = new CRC32C();
    checksum.update(header, 0, 28);
    ByteBuffer.wrap(header).putInt(28, (int) checksum.getValue());
    Files.write(foreign, header);
    assertThatThrownBy(() -> open(0)).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("version 4; this reader knows versions 1 to 3");
    Files.write(foreign, Arrays.copyOf(header, 10));
    assertThatThrownBy(() -> open(0)).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(foreign.toString());
  }

  @Test
  void aFileThatWasBeingBegunIsForgotten() throws IOException {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
    }
    Path unfinished = store.resolve("00000001.evidence.new");
    Files.write(unfinished, new byte[20]);
    try (EvidenceStore open = open(1)) {
      assertThat(unfinished).doesNotExist();
      append(open, 1);
      assertThat(open.find(0)).isInstanceOf(EvidenceLookup.Kept.class);
      assertThat(open.find(1)).isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  /** What version 1 wrote, from its page alone. */
  private byte[] version1(long index, Evidence evidence) throws Exception {
    byte[] recordKey = new byte[32];
    RANDOM.nextBytes(recordKey);
    byte[] wrapped = key.wrap(key.currentKey(), recordKey, version1Context("key", index));
    byte[] body = new AesGcmJce(recordKey).encrypt(evidence.encode(),
        version1Context("body", index));
    ByteBuffer record = ByteBuffer.allocate(51 + wrapped.length + body.length)
        .putInt(body.length)
        .putShort((short) wrapped.length)
        .putLong(index)
        .put(leaf(index).toByteArray());
    return record.putInt(crc(record.array(), 46)).put((byte) 1).put(wrapped).put(body).array();
  }

  private static byte[] version1Context(String what, long index) {
    byte[] purpose = ("modelledger evidence " + what + " 1").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(purpose.length + 40)
        .put(purpose)
        .putLong(index)
        .put(leaf(index).toByteArray())
        .array();
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  @Test
  void aFileOfVersion1IsReadAndErasedFromAndANewOneIsBegun() throws Exception {
    open(0).close();
    List<Evidence> kept = List.of(evidence(0), evidence(1), evidence(1), evidence(2));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ByteBuffer header = ByteBuffer.allocate(32)
        .put("ModelLedger-evid".getBytes(StandardCharsets.US_ASCII))
        .putInt(1)
        .putLong(0);
    file.writeBytes(header.putInt(crc(header.array(), 28)).array());
    // the second record stands there twice: its first receipt never got into the log
    file.writeBytes(version1(0, kept.get(0)));
    file.writeBytes(version1(1, kept.get(1)));
    file.writeBytes(version1(1, kept.get(2)));
    file.writeBytes(version1(2, kept.get(3)));
    Files.write(store.resolve("00000000.evidence"), file.toByteArray());
    try (EvidenceStore open = open(3)) {
      assertThat(open.find(0)).isEqualTo(new EvidenceLookup.Kept(kept.get(0)));
      assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Kept(kept.get(2)));
      assertThat(open.find(2)).isEqualTo(new EvidenceLookup.Kept(kept.get(3)));
      append(open, 3);
      assertThat(open.erase(1)).isTrue();
    }
    assertThat(Files.size(segment(0))).as("nothing was added to it").isEqualTo(file.size());
    try (EvidenceStore open = open(4)) {
      assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Erased());
      assertThat(open.find(2)).isEqualTo(new EvidenceLookup.Kept(kept.get(3)));
      assertThat(open.find(3)).isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  @Test
  void theStoresKeyIsAskedOnceForAFileHoweverManyRecordsItHas() throws Exception {
    AtomicInteger encrypted = new AtomicInteger();
    AtomicInteger decrypted = new AtomicInteger();
    KeyManagement counting = new KeyManagement() {
      @Override
      public String currentKey() {
        return key.currentKey();
      }

      @Override
      public byte[] wrap(String name, byte[] plain, byte[] context)
          throws GeneralSecurityException, IOException {
        encrypted.incrementAndGet();
        return key.wrap(name, plain, context);
      }

      @Override
      public byte[] unwrap(String name, byte[] cipher, byte[] context)
          throws GeneralSecurityException, IOException {
        decrypted.incrementAndGet();
        return key.unwrap(name, cipher, context);
      }
    };
    try (EvidenceStore open = EvidenceStore.open(store, counting, 0)) {
      for (int i = 0; i < 1000; i++) {
        append(open, i);
      }
      assertThat(open.find(999)).isInstanceOf(EvidenceLookup.Kept.class);
    }
    assertThat(encrypted).hasValue(1);
    assertThat(decrypted).hasValue(0);
    try (EvidenceStore open = EvidenceStore.open(store, counting, 1000)) {
      for (int i = 0; i < 1000; i += 7) {
        assertThat(open.find(i)).isInstanceOf(EvidenceLookup.Kept.class);
      }
    }
    assertThat(encrypted).hasValue(1);
    assertThat(decrypted).hasValue(1);
  }

  @Test
  void aKeyThatCannotBeReachedIsNotCalledDamage() {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
    }
    KeyManagement unreachable = new NoKey();
    try (EvidenceStore open = EvidenceStore.open(store, unreachable, 1)) {
      assertThatThrownBy(() -> open.find(0)).isInstanceOfSatisfying(KeyUnavailableException.class,
          e -> {
            assertThat(e.isRetryable()).isTrue();
            assertThat(e.key()).isEqualTo(key.currentKey());
            assertThat(e.file()).isEqualTo(store.resolve("00000000.evidence").toString());
            assertThat(e).hasMessageContaining("cannot be reached: no route");
          });
      assertThatThrownBy(() -> append(open, 1)).isInstanceOf(KeyUnavailableException.class)
          .hasMessageContaining("no route");
    }
  }

  @Test
  void whatNeverGotIntoTheLogIsErasedInEveryFileAndHiddenByWhatComesAfter() throws IOException {
    List<Evidence> kept = new ArrayList<>();
    try (EvidenceStore open = EvidenceStore.open(store, key, 0, 1)) {
      for (int i = 0; i < 10; i++) { // each in a file of its own
        kept.add(append(open, i));
      }
    }
    for (int round = 0; round < 2; round++) { // as after two crashes
      try (EvidenceStore open = EvidenceStore.open(store, key, 4, 1)) {
        assertThat(open.find(3)).isEqualTo(new EvidenceLookup.Kept(kept.get(3)));
        assertThat(open.find(4)).isEqualTo(new EvidenceLookup.Absent());
        kept.set(4, append(open, 4));
        kept.set(5, append(open, 5));
      }
    }
    try (EvidenceStore open = EvidenceStore.open(store, key, 6, 1)) {
      for (int i = 0; i < 6; i++) {
        assertThat(open.find(i)).isEqualTo(new EvidenceLookup.Kept(kept.get(i)));
      }
    }
    int erased = 0;
    for (int file = 0; file < 14; file++) {
      byte[] bytes = Files.readAllBytes(segment(file));
      int start = start(segment(file));
      erased += bytes[start + RecordHeader.BYTES] == RecordHeader.STATE_ERASED ? 1 : 0;
    }
    assertThat(erased).as("six of the first ten, and two of the first round").isEqualTo(8);
  }

  @Test
  void aFileThatIsMissingIsNoticedWhenItsRecordIsLookedUp() throws IOException {
    try (EvidenceStore open = EvidenceStore.open(store, key, 0, 1)) {
      for (int i = 0; i < 3; i++) {
        append(open, i);
      }
    }
    Files.delete(segment(1));
    try (EvidenceStore open = EvidenceStore.open(store, key, 3, 1)) {
      assertThat(open.find(0)).isInstanceOf(EvidenceLookup.Kept.class);
      assertThat(open.find(2)).isInstanceOf(EvidenceLookup.Kept.class);
      assertThatThrownBy(() -> open.find(1)).isInstanceOf(EvidenceCorruptException.class)
          .hasMessageContaining("receipt 1");
    }
  }

  @Test
  void noTwoRecordsShareAKeyANonceOrASalt() throws IOException {
    Evidence same = evidence(0);
    int records = 3000;
    try (EvidenceStore open = open(0)) {
      EvidenceBatch batch = open.newBatch().begin(0);
      for (int i = 0; i < records; i++) {
        batch.add(leaf(0), same);
      }
      open.append(batch);
    }
    byte[] file = Files.readAllBytes(segment(0));
    int start = start(segment(0));
    int length = (file.length - start) / records;
    Set<String> nonces = new HashSet<>();
    Set<String> bodies = new HashSet<>();
    for (int i = 0; i < records; i++) {
      int at = start + i * length + 51;
      nonces.add(HexFormat.of().formatHex(file, at, at + 12));
      bodies.add(HexFormat.of().formatHex(file, at + 60, at + 92));
    }
    assertThat(nonces).hasSize(records);
    assertThat(bodies).as("encrypted by different keys").hasSize(records);
  }

  @Test
  void findsEachOfManyRecordsOfAllLengthsInManyFiles() {
    long seed = Long.getLong("modelledger.seed", new Random().nextLong(1_000_000));
    Random random = new Random(seed);
    List<Evidence> kept = new ArrayList<>();
    Evidence large = evidence(0).withInputs(Tensors.of("x", Tensor.of(new float[20_000], 20_000)));
    for (int round = 0; round < 3; round++) {
      try (EvidenceStore open = EvidenceStore.open(store, key, kept.size(), 200_000)) {
        EvidenceBatch batch = open.newBatch();
        for (int i = 0; i < 20; i++) {
          EvidenceBatch one = batch.begin(kept.size());
          for (int k = random.nextInt(200); k >= 0; k--) {
            kept.add(random.nextInt(100) == 0 ? large : evidence(kept.size()));
            one.add(leaf(kept.size() - 1), kept.getLast());
          }
          open.append(one);
          int index = random.nextInt(kept.size());
          assertThat(open.find(index)).as("seed %s", seed)
              .isEqualTo(new EvidenceLookup.Kept(kept.get(index)));
        }
      }
    }
    try (EvidenceStore open = EvidenceStore.open(store, key, kept.size(), 200_000)) {
      for (int i = 0; i < kept.size(); i++) {
        assertThat(open.find(i)).as("seed %s", seed)
            .isEqualTo(new EvidenceLookup.Kept(kept.get(i)));
        int other = i % 2 == 0 ? i : random.nextInt(kept.size()); // the same again, or back or ahead
        assertThat(open.find(other)).as("seed %s", seed)
            .isEqualTo(new EvidenceLookup.Kept(kept.get(other)));
      }
    }
  }

  @Test
  void aReaderThatIsInterruptedDoesNotEndTheWriting() throws Exception {
    try (EvidenceStore open = open(0)) {
      append(open, 0);
      Thread.currentThread().interrupt();
      assertThat(open.find(0)).isInstanceOf(EvidenceLookup.Kept.class);
      assertThat(Thread.interrupted()).isTrue();
      append(open, 1);
      assertThat(open.find(1)).isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  @Test
  void afterAFailureOnTheDiskNothingIsTakenUntilItIsOpenedAgain() throws IOException {
    Evidence first;
    try (EvidenceStore open = EvidenceStore.open(store, key, 0, 1)) {
      first = append(open, 0);
      Path elsewhere = dir.resolve("elsewhere");
      Files.move(store, elsewhere);
      assertThatThrownBy(() -> append(open, 1)).isInstanceOf(EvidenceException.class)
          .hasMessageContaining(store.toString());
      Files.move(elsewhere, store);
      assertThatThrownBy(() -> append(open, 1)).isInstanceOf(EvidenceException.class)
          .hasMessageContaining("open it again");
      assertThat(open.find(0)).isEqualTo(new EvidenceLookup.Kept(first));
    }
    try (EvidenceStore open = EvidenceStore.open(store, key, 1, 1)) {
      append(open, 1);
      assertThat(open.find(0)).isEqualTo(new EvidenceLookup.Kept(first));
    }
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsNamed() throws IOException {
    Files.writeString(store, "in the way");
    assertThatThrownBy(() -> open(0)).isInstanceOf(StorageException.class)
        .hasMessageContaining(store.toString());
  }

  @Test
  void theKeyIsForItsOwnerAlone() throws IOException {
    Path file = dir.resolve("evidence.keyset");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> LocalKeys.readOrCreate(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("rw-r--r--");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> LocalKeys.readOrCreate(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("Tink keyset");
  }

  @Test
  void evidenceShowsNothingOfItself() {
    assertThat(evidence(4711)).asString().contains("inputs kept").doesNotContain("4711");
    assertThat(Salt.random(RANDOM)).hasToString("Salt");
  }

  @Test
  void tensorsSurviveTheirCanonicalBytesAndNothingElseIsRead() {
    Tensors tensors = Tensors.of("b", Tensor.of(new float[]{1, 2, 3, 4}, 2, 2), "a",
        Tensor.ofStrings(List.of("x", "", "größe"), 3));
    byte[] bytes = CanonicalTensors.write(tensors);
    assertThat(CanonicalTensors.read(bytes)).isEqualTo(tensors);
    assertThat(org.modelledger.model.Digest.sha256(bytes)).isEqualTo(tensors.canonicalDigest());

    long seed = Long.getLong("modelledger.seed", new Random().nextLong(1_000_000));
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      byte[] changed = random.nextBoolean()
          ? bytes.clone()
          : Arrays.copyOf(bytes, random.nextInt(bytes.length + 5));
      if (changed.length > 0) {
        changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
      }
      try {
        assertThat(CanonicalTensors.read(changed)).as("seed %s", seed).isNotEqualTo(tensors);
      } catch (ModelFormatException e) {
        assertThat(e).hasMessageContaining("tensors");
      }
    }
  }

  @Test
  void evidenceWithoutKeptPartsSurvivesToo() {
    Evidence bare = new Evidence(Salt.random(RANDOM), Salt.random(RANDOM),
        Collections.emptySortedMap(), Optional.empty(), Optional.empty(),
        Collections.emptySortedMap());
    assertThat(Evidence.decode(bare.encode())).isEqualTo(bare);
    byte[] cut = Arrays.copyOf(bare.encode(), 20);
    assertThatThrownBy(() -> Evidence.decode(cut)).isInstanceOf(ModelFormatException.class);
  }

  /** A system that cannot be reached. */
  private static final class NoKey implements KeyManagement {
    @Override
    public String currentKey() {
      return "no-kms://key";
    }

    @Override
    public byte[] wrap(String name, byte[] plain, byte[] context) throws IOException {
      throw new IOException("no route");
    }

    @Override
    public byte[] unwrap(String name, byte[] cipher, byte[] context) throws IOException {
      throw new IOException("no route");
    }
  }
}
