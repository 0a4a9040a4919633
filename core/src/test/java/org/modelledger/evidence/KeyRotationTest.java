package org.modelledger.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.UnrecoverableKeyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.OldLedger;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.encryption.KeyRotation;
import org.modelledger.encryption.KeyUnavailableException;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.model.ModelFormatException;

class KeyRotationTest {
  private static final int OLD_RECEIPTS = 6;

  @TempDir
  Path dir;

  private Path store() {
    return dir.resolve("evidence");
  }

  private LocalKeys keys() {
    return LocalKeys.readOrCreate(dir.resolve("evidence.keyset"));
  }

  /** Each record in a file of its own. */
  private List<Evidence> write(KeyManagement keys, int records) {
    List<Evidence> kept = new ArrayList<>();
    try (EvidenceStore open = EvidenceStore.open(store(), keys, 0, 1)) {
      for (int i = 0; i < records; i++) {
        kept.add(Records.append(open, i));
      }
    }
    return kept;
  }

  private void assertKept(KeyManagement keys, List<Evidence> kept) {
    try (EvidenceStore open = EvidenceStore.open(store(), keys, kept.size(), 1)) {
      for (int i = 0; i < kept.size(); i++) {
        assertThat(open.find(i)).isEqualTo(new EvidenceLookup.Kept(kept.get(i)));
      }
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  @Test
  void wrapsKeysAnewAndLeavesRecordsAlone() throws Exception {
    LocalKeys keys = keys();
    List<Evidence> kept = write(keys, 5);
    byte[] records = bytes(store().resolve("00000003.evidence"));
    byte[] key = bytes(store().resolve("00000003.key"));
    String current = keys.rotate();
    try (EvidenceStore open = EvidenceStore.open(store(), keys, 5, 1)) {
      assertThat(open.find(2)).isInstanceOf(EvidenceLookup.Kept.class);
      KeyRotation rotation = open.rewrapKeys();
      assertThat(rotation.key()).isEqualTo(current);
      assertThat(rotation.rewrapped()).isEqualTo(5);
      assertThat(rotation.needed()).containsExactly(current);
      kept.add(Records.append(open, 5));
    }
    assertThat(bytes(store().resolve("00000003.evidence"))).isEqualTo(records);
    assertThat(bytes(store().resolve("00000003.key"))).isNotEqualTo(key);

    Files.delete(dir.resolve("evidence.keyset"));
    assertKept(keys(), kept);
  }

  @Test
  void aFileThatIsBegunAfterARotationIsUnderTheNewKey() throws Exception {
    LocalKeys keys = keys();
    Evidence evidence = Records.evidence(0);
    try (EvidenceStore open = EvidenceStore.open(store(), keys, 0)) {
      EvidenceBatch batch = open.newBatch().begin(0); // has its key, and no file yet
      batch.add(Records.leaf(0), evidence);
      var unused = keys.rotate();
      assertThat(open.rewrapKeys().rewrapped()).isZero();
      open.append(batch);
      open.sync();
    }
    Files.delete(dir.resolve("evidence.keyset"));
    assertKept(keys(), List.of(evidence));
  }

  /** A system in which the keys before the current one are destroyed at once. */
  private static final class CurrentAlone implements KeyManagement {
    private final KeyManagement keys;

    CurrentAlone(KeyManagement keys) {
      this.keys = keys;
    }

    @Override
    public String currentKey() {
      return keys.currentKey();
    }

    @Override
    public byte[] wrap(String key, byte[] dataKey, byte[] context)
        throws GeneralSecurityException, IOException {
      return keys.wrap(key, dataKey, context);
    }

    @Override
    public byte[] unwrap(String key, byte[] wrapped, byte[] context)
        throws GeneralSecurityException, IOException {
      if (!key.equals(currentKey())) {
        throw new UnrecoverableKeyException(key + " is destroyed");
      }
      return keys.unwrap(key, wrapped, context);
    }
  }

  @Test
  void whatIsBeingWrittenDoesNotNeedAKeyThatARotationLeftBehind() throws Exception {
    LocalKeys keys = keys();
    Evidence evidence = Records.evidence(0);
    try (EvidenceStore open = EvidenceStore.open(store(), new CurrentAlone(keys), 0)) {
      EvidenceBatch batch = open.newBatch().begin(0);
      batch.add(Records.leaf(0), evidence);
      var unused = keys.rotate();
      open.append(batch);
      open.sync();
    }
    assertKept(new CurrentAlone(keys()), List.of(evidence));
  }

  @Test
  void whoIsInterruptedWhileTheyEraseDoesNotStopTheStore() {
    List<Evidence> kept = write(keys(), 3);
    try (EvidenceStore open = EvidenceStore.open(store(), keys(), 3, 1)) {
      Thread.currentThread().interrupt();
      assertThat(open.erase(0)).isTrue();
      assertThat(open.find(1)).isEqualTo(new EvidenceLookup.Kept(kept.get(1)));
      assertThat(Thread.interrupted()).isTrue();
      var unused = Records.append(open, 3);
      assertThat(open.find(3)).isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  /** Fails at the n-th wrapping, as if the process had died there. */
  private static final class Dying implements KeyManagement {
    private final KeyManagement keys;
    private int left;

    Dying(KeyManagement keys, int left) {
      this.keys = keys;
      this.left = left;
    }

    @Override
    public String currentKey() {
      return keys.currentKey();
    }

    @Override
    public byte[] wrap(String key, byte[] dataKey, byte[] context)
        throws GeneralSecurityException, IOException {
      if (left-- == 0) {
        throw new IOException("dead");
      }
      return keys.wrap(key, dataKey, context);
    }

    @Override
    public byte[] unwrap(String key, byte[] wrapped, byte[] context)
        throws GeneralSecurityException, IOException {
      return keys.unwrap(key, wrapped, context);
    }
  }

  @Test
  void aRotationThatEndsAnywhereLosesNothingAndCanBeDoneAgain() throws Exception {
    LocalKeys keys = keys();
    List<Evidence> kept = write(keys, 4);
    for (int files = 0; files < 4; files++) {
      var unused = keys.rotate();
      try (EvidenceStore open = EvidenceStore.open(store(), new Dying(keys, files), 4, 1)) {
        assertThatThrownBy(open::rewrapKeys).isInstanceOf(KeyUnavailableException.class)
            .hasMessageContaining("dead");
        assertThat(open.find(0)).isEqualTo(new EvidenceLookup.Kept(kept.get(0)));
        assertThat(open.find(3)).isEqualTo(new EvidenceLookup.Kept(kept.get(3)));
      }
      assertKept(keys(), kept);
    }
    try (EvidenceStore open = EvidenceStore.open(store(), keys, 4, 1)) {
      assertThat(open.rewrapKeys().needed()).containsExactly(keys.currentKey());
    }
    for (String old : List.of("", "-2", "-3", "-4")) {
      Files.delete(dir.resolve("evidence" + old + ".keyset"));
    }
    assertKept(keys(), kept);
  }

  private void unpackOld() throws IOException {
    OldLedger.unpack(dir.resolve("old"));
    Files.move(dir.resolve("old/ledger-home/evidence"), store());
    Files.move(dir.resolve("old/ledger-home/keys/evidence.keyset"),
        dir.resolve("evidence.keyset"));
  }

  private List<EvidenceLookup> readOld(KeyManagement keys) {
    try (EvidenceStore open = EvidenceStore.open(store(), keys, OLD_RECEIPTS)) {
      return Stream.iterate(0L, i -> i + 1).limit(OLD_RECEIPTS).map(open::find).toList();
    }
  }

  @Test
  void filesOfVersion2AreReadAndTheirKeysMovedOut() throws Exception {
    unpackOld();
    LocalKeys keys = keys();
    List<EvidenceLookup> before = readOld(keys);
    assertThat(before.get(0)).isInstanceOf(EvidenceLookup.Kept.class);
    assertThat(before.get(1)).isEqualTo(new EvidenceLookup.Erased());
    byte[] old = bytes(store().resolve("00000000.evidence"));

    var unused = keys.rotate();
    try (EvidenceStore open = EvidenceStore.open(store(), keys, OLD_RECEIPTS)) {
      assertThat(open.rewrapKeys().needed()).containsExactly(keys.currentKey());
      assertThat(open.erase(2)).isTrue();
    }
    Files.delete(dir.resolve("evidence.keyset"));

    List<EvidenceLookup> after = readOld(keys());
    assertThat(after.get(2)).isEqualTo(new EvidenceLookup.Erased());
    assertThat(after.subList(3, OLD_RECEIPTS)).isEqualTo(before.subList(3, OLD_RECEIPTS));
    assertThat(after.get(0)).isEqualTo(before.get(0));
    byte[] moved = bytes(store().resolve("00000000.evidence"));
    assertThat(moved).hasSameSizeAs(old);
    assertThat(Arrays.copyOfRange(moved, 30, 95)).as("where the wrapped key was").containsOnly(0);
  }

  @Test
  void aMoveThatWasCutOffAnywhereIsCompleted() throws Exception {
    unpackOld();
    LocalKeys keys = keys();
    List<EvidenceLookup> expected = readOld(keys);
    Path file = store().resolve("00000000.evidence");
    byte[] before = bytes(file);
    var unused = keys.rotate();
    try (EvidenceStore open = EvidenceStore.open(store(), keys, OLD_RECEIPTS)) {
      var unusedRotation = open.rewrapKeys();
    }
    byte[] after = bytes(file);
    int header = 99;
    assertThat(Arrays.mismatch(before, after)).isBetween(0, header);
    for (int written = 0; written <= header; written++) { // the key file is there, the header is torn
      byte[] torn = before.clone();
      System.arraycopy(after, 0, torn, 0, written);
      Files.write(file, torn);
      assertThat(readOld(keys)).as("%s bytes", written).isEqualTo(expected);
      assertThat(bytes(file)).as("%s bytes", written).isEqualTo(after);
    }
  }

  @Test
  void aKeyFileThatIsDamagedMissingOrAnotherOnesIsNamed() throws Exception {
    LocalKeys keys = keys();
    write(keys, 2);
    Path key = store().resolve("00000000.key");
    byte[] good = bytes(key);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 4;
      Files.write(key, bad);
      assertThatThrownBy(() -> EvidenceStore.open(store(), keys, 2).close()).as("byte %s", i)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("00000000.");
    }
    Files.copy(store().resolve("00000001.key"), key, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> EvidenceStore.open(store(), keys, 2).close())
        .isInstanceOf(EvidenceCorruptException.class)
        .hasMessageContaining("00000000.evidence");
    Files.delete(key);
    try (EvidenceStore open = EvidenceStore.open(store(), keys, 2)) {
      assertThatThrownBy(() -> open.find(0)).isInstanceOf(EvidenceCorruptException.class)
          .hasMessageContaining(key + ", is missing");
      assertThat(open.find(1)).isInstanceOf(EvidenceLookup.Kept.class);
      assertThat(open.erase(0)).isTrue();
    }
  }
}
