package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damages each kind of file and wants it named. */
class DamageTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  // 257 full tiles below, one full and one partial above, a partial one at each edge
  private static final int SIZE = 257 * 256 + 44;

  private final RandomGenerator random = Seeds.random(Seeds.seed());
  private SimulatedDisk disk = new SimulatedDisk();

  private LogWriter open() {
    return LogWriter.open(Path.of("unused"),
        LogOptions.builder().signer(SIGNER).storage(directory -> disk).build());
  }

  private LogReader reader() {
    return LogReader.open(new StorageTileSource(disk), SIGNER.verifier());
  }

  @BeforeEach
  void write() {
    try (LogWriter log = open()) {
      for (int i = 0; i < SIZE; i++) {
        log.append(("entry " + i).getBytes(UTF_8));
      }
    }
  }

  private byte[] flipped(byte[] bytes) {
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  private LogCorruptException corruptWhenOpened() {
    LogCorruptException corrupt = catchThrowableOfType(LogCorruptException.class,
        () -> open().close());
    assertThat(corrupt).isNotNull();
    return corrupt;
  }

  @Test
  void anIntactLogHasNoFindings() throws Exception {
    SignedCheckpoint at = reader().latest();
    FsckReport report = reader().verifyAll(at);
    report.requireIntact();
    assertThat(report.bundles()).isEqualTo(258);
    assertThat(report.tiles()).isEqualTo(258 + 2 + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tile/0/000", "tile/0/123", "tile/0/256", "tile/0/257.p/44", "tile/1/000",
      "tile/1/001.p/1", "tile/2/000.p/1", "tile/entries/000", "tile/entries/200",
      "tile/entries/257.p/44"})
  void aFlippedBitIsNamed(String name) throws Exception {
    SignedCheckpoint at = reader().latest();
    for (int round = 0; round < 3; round++) {
      byte[] before = disk.read(name, Integer.MAX_VALUE).orElseThrow();
      disk.damage(name, this::flipped);
      FsckReport report = reader().verifyAll(at);
      assertThat(report.findings()).isNotEmpty();
      assertThat(report.findings()).allSatisfy(f -> assertThat(f.path()).isEqualTo(name));
      assertThatThrownBy(report::requireIntact).isInstanceOf(ProofException.class)
          .hasMessageContaining(name);
      assertThatThrownBy(() -> reader().entries(0, SIZE, at, (index, entry) -> assertThat(entry)
          .isEqualTo(("entry " + index).getBytes(UTF_8)))).isInstanceOf(ProofException.class)
          .hasMessageContaining(name);
      if (name.contains(".p/")) {
        assertThat(corruptWhenOpened().file()).isEqualTo(name);
      }
      disk.damage(name, bytes -> before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tile/0/123", "tile/0/257.p/44", "tile/1/000", "tile/1/001.p/1",
      "tile/entries/200", "tile/entries/257.p/44", "checkpoint"})
  void aTruncatedOrMissingFileIsNamed(String name) throws Exception {
    SignedCheckpoint at = reader().latest();
    disk.damage(name, bytes -> Arrays.copyOf(bytes, bytes.length - 1));
    assertFound(name, at);
    disk.delete(name);
    assertFound(name, at);
  }

  private void assertFound(String name, SignedCheckpoint at) {
    if (name.equals("checkpoint")) {
      assertThatThrownBy(() -> reader().latest()).isInstanceOf(ProofException.class);
      assertThat(corruptWhenOpened().file()).isEqualTo(name);
    } else {
      assertThat(reader().verifyAll(at).findings().getFirst().path()).isEqualTo(name);
      assertThatThrownBy(() -> reader().entries(0, SIZE, at, (index, entry) -> {
      })).isInstanceOf(ProofException.class).hasMessageContaining(name);
    }
  }

  @Test
  void anEntryChangedTogetherWithItsTileIsStillFound() throws Exception {
    SignedCheckpoint at = reader().latest();
    disk.damage("tile/entries/100", bytes -> {
      System.arraycopy("E".getBytes(UTF_8), 0, bytes, 2, 1);
      return bytes;
    });
    byte[] entry = "Entry 25600".getBytes(UTF_8);
    disk.damage("tile/0/100", bytes -> {
      System.arraycopy(MerkleTree.leafHash(entry).toByteArray(), 0, bytes, 0, 32);
      return bytes;
    });
    assertThat(reader().verifyAll(at).isIntact()).isFalse();
    assertThatThrownBy(() -> reader().entry(25_600, at)).isInstanceOf(ProofException.class)
        .hasMessageContaining("tile/0/100")
        .hasMessageContaining("tile/1/000");
  }

  @Test
  void aFlippedBitInTheCheckpointIsNamed() {
    for (int round = 0; round < 20; round++) {
      byte[] before = disk.contents("checkpoint");
      disk.damage("checkpoint", this::flipped);
      assertThatThrownBy(() -> reader().latest()).isInstanceOf(ProofException.class);
      assertThat(corruptWhenOpened().file()).isEqualTo("checkpoint");
      disk.damage("checkpoint", bytes -> before);
    }
    open().close();
  }

  @Test
  void aFlippedBitInTheIdentityIsNamed() {
    for (int round = 0; round < 20; round++) {
      byte[] before = disk.contents(".wal/log");
      disk.damage(".wal/log", this::flipped);
      assertThatThrownBy(() -> open().close()).isInstanceOfAny(LogCorruptException.class,
          LogFormatException.class);
      disk.damage(".wal/log", bytes -> before);
    }
    open().close();
  }

  /** Leaves a log whose last 20 entries are in the write-ahead file only, each its own batch. */
  private String crashed() throws Exception {
    disk = new SimulatedDisk();
    LogDirectory log = Steps.open(disk, SIGNER, random::nextLong,
        new Wal.SegmentSizes(1 << 12, 1 << 13));
    for (int i = 0; i < 20; i++) {
      log.wal().commit(Steps.batch(i, List.of(("entry " + i).getBytes(UTF_8))));
    }
    disk.kill();
    return disk.files()
        .stream()
        .filter(name -> name.endsWith(Wal.SUFFIX))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFlippedBitAmongAcknowledgedBatchesIsNamedWithItsPlace() throws Exception {
    for (int round = 0; round < 50; round++) {
      String segment = crashed();
      int frame = WalFormat.align(WalFormat.FRAME_HEADER_BYTES + 9);
      int at = WalFormat.HEADER_BYTES + random.nextInt(9 * frame);
      disk.damage(segment, bytes -> {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
      });
      int inFrame = (at - WalFormat.HEADER_BYTES) % frame;
      if (inFrame >= WalFormat.FRAME_HEADER_BYTES + 9) {
        open().close(); // a bit of the padding, which means nothing
      } else {
        LogCorruptException corrupt = corruptWhenOpened();
        assertThat(corrupt.file()).isEqualTo(segment);
        assertThat(corrupt.offset()).isEqualTo(at - inFrame);
      }
    }
  }

  @Test
  void aDamagedSegmentHeaderIsNamed() throws Exception {
    for (int round = 0; round < 20; round++) {
      String segment = crashed();
      disk.damage(segment, bytes -> {
        bytes[random.nextInt(WalFormat.HEADER_BYTES)] ^= (byte) (1 << random.nextInt(8));
        return bytes;
      });
      assertThat(corruptWhenOpened().file()).isEqualTo(segment);
    }
    String segment = crashed();
    disk.damage(segment, bytes -> Arrays.copyOf(bytes, bytes.length - 1));
    assertThat(corruptWhenOpened()).hasMessageContaining("it has 4095 bytes, wanted 4096");
  }

  @Test
  void aLostSegmentIsNoticed() throws Exception {
    disk = new SimulatedDisk();
    LogDirectory log = Steps.open(disk, SIGNER, random::nextLong,
        new Wal.SegmentSizes(1 << 12, 1 << 13));
    for (int i = 0; i < 3; i++) {
      log.wal().commit(Steps.batch(i, List.of(new byte[3_000])));
    }
    disk.kill();
    List<String> segments = disk.files()
        .stream()
        .filter(name -> name.endsWith(Wal.SUFFIX))
        .toList();
    assertThat(segments).hasSize(2);
    byte[] last = disk.contents(segments.getLast());
    disk.delete(segments.getLast());
    assertThat(corruptWhenOpened()).hasMessageContaining("the segment that follows it");
    disk.create(segments.getLast()).write(ByteBuffer.wrap(last), 0);
    disk.delete(segments.getFirst());
    assertThat(corruptWhenOpened()).hasMessageContaining("no older segment is there");
    disk.delete(segments.getLast());
    assertThat(corruptWhenOpened()).hasMessageContaining("no write-ahead segment is there");
  }

  @Test
  void aLostCheckpointOrIdentityIsNoticed() throws Exception {
    disk.delete("checkpoint");
    assertThat(corruptWhenOpened().file()).isEqualTo("checkpoint");
    disk.delete(".wal/log");
    assertThat(corruptWhenOpened().file()).isEqualTo(".wal/log");
  }

  @Test
  void aCheckpointOfMoreThanTheFilesProveIsRefused() throws Exception {
    Hash anyRoot = MerkleTree.leafHash(new byte[0]);
    byte[] ahead = SignedCheckpoint.sign(SIGNER, SIZE + 1, anyRoot).text().getBytes(UTF_8);
    disk.damage("checkpoint", bytes -> ahead);
    assertThat(corruptWhenOpened().file()).isEqualTo("tile/entries/257.p/45");
    byte[] other = SignedCheckpoint.sign(SIGNER, SIZE, anyRoot).text().getBytes(UTF_8);
    UnaryOperator<byte[]> fork = bytes -> other;
    disk.damage("checkpoint", fork);
    assertThat(corruptWhenOpened().file()).isEqualTo("checkpoint");
  }
}
