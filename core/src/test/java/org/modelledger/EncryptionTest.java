package org.modelledger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.Fixture.LONG;
import static org.modelledger.Fixture.input;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.encryption.KeyRotation;
import org.modelledger.encryption.KeyUnavailableException;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.registry.ModelVersion;
import org.modelledger.verification.LogReport;

/** Infer, rotate, erase a subject: what was logged before still verifies. */
class EncryptionTest {
  @TempDir
  Path dir;

  private ModelLedger.Builder builder() {
    return Fixture.builder(dir).subjects("customer");
  }

  private static void infer(AttestedModel model, int from, int to) throws InterruptedException {
    for (int i = from; i < to; i++) {
      var unused = model
          .infer(input(i, 1), Map.of("customer", "c-004200" + i % 3, "case", "case " + i))
          .receipt()
          .await(LONG);
    }
  }

  private static LogReport verified(ModelLedger ledger) throws InterruptedException {
    var unused = ledger.anchor();
    LogReport report = ledger.verifier().checkAll(100);
    assertThat(report.isSound()).as("%s", report).isTrue();
    return report;
  }

  private Path keyset(String name) {
    return dir.resolve("ledger-home/keys/" + name);
  }

  @Test
  void anOldLogStillVerifiesAfterRotationAndErasure() throws Exception {
    try (ModelLedger ledger = builder().encryptArtifacts().open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        infer(model, 0, 6);
        assertThat(verified(ledger).opened()).isEqualTo(6);

        KeyRotation rotation = ledger.rotateKeys();
        assertThat(rotation.needed()).containsExactly(rotation.key());
        infer(model, 6, 9);
        assertThat(ledger.evidence().eraseSubject("customer", "c-0042001")).isEqualTo(3);
      }
      LogReport report = verified(ledger);
      assertThat(report.receipts()).isEqualTo(9);
      assertThat(report.erased()).isEqualTo(3);
      assertThat(report.opened()).isEqualTo(6);
      assertThat(ledger.evidence().find(4)).isEqualTo(new EvidenceLookup.Erased());
      ledger.exportModel(version, dir.resolve("out"));
      assertThat(ledger.artifacts().open(version.artifact()).names()).isNotEmpty();
    }
    Files.delete(keyset("evidence.keyset")); // destroyed: nothing needs it
    assertThat(dir.resolve("ledger-home/artifacts/blobs")).isDirectoryNotContaining(
        file -> !file.toString().endsWith(".sealed"));
    try (ModelLedger ledger = builder().open(); // encrypts models whether it is told or not
        AttestedModel model = ledger.load("acme/points@production")) {
      assertThat(ledger.artifacts().isEncrypted()).isTrue();
      infer(model, 9, 10);
      assertThat(verified(ledger).opened()).isEqualTo(7);
    }
    assertThat(inTheClear(dir.resolve("ledger-home"), "c-004200")).isEmpty();
  }

  private static List<Path> inTheClear(Path directory, String text) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), ISO_8859_1)
            .contains(text)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  @Test
  void aHomeFromBeforeIsOpenedRotatedAndVerified() throws Exception {
    OldLedger.unpack(dir);
    try (ModelLedger ledger = builder().encryptArtifacts().open()) {
      LogReport before = ledger.verifier().checkAll(10);
      assertThat(before.isSound()).isTrue();
      assertThat(before.opened()).isEqualTo(5);
      KeyRotation rotation = ledger.rotateKeys();
      assertThat(rotation.needed()).containsExactly(rotation.key());
      try (AttestedModel model = ledger.load("acme/points@production")) {
        infer(model, 0, 3);
      }
      assertThat(ledger.evidence().eraseSubject("customer", "c-0042000"))
          .as("what was written before is not filed")
          .isEqualTo(1);
      LogReport after = verified(ledger);
      assertThat(after.erased()).isEqualTo(2);
      assertThat(after.opened()).isEqualTo(7);
    }
  }

  @Test
  void aLostKeyIsNamedWithItsFileAndNoneIsMadeInItsPlace() throws Exception {
    try (ModelLedger ledger = builder().open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        infer(model, 0, 1);
      }
    }
    Path elsewhere = dir.resolve("elsewhere");
    Files.move(keyset("evidence.keyset"), elsewhere);
    assertThatThrownBy(() -> builder().open().close())
        .isInstanceOfSatisfying(KeyUnavailableException.class, e -> {
          assertThat(e.key()).startsWith("local:1-");
          assertThat(e).hasMessageContaining(keyset("evidence.keyset").toString());
        });
    assertThat(keyset("evidence.keyset")).doesNotExist();
    Files.move(elsewhere, keyset("evidence.keyset"));
    try (ModelLedger ledger = builder().open()) {
      assertThat(ledger.evidence().find(0)).isInstanceOf(EvidenceLookup.Kept.class);
    }
  }

  @Test
  void keysInFilesMayLieOutsideTheHome() throws Exception {
    OldLedger.unpack(dir);
    Path outside = dir.resolve("other-disk/evidence.keyset");
    try (ModelLedger ledger = builder().keyManagement(LocalKeys.readOrCreate(outside)).open()) {
      assertThat(ledger.rotateKeys().needed()).allMatch(key -> key.startsWith("local:2-"));
    }
    assertThatThrownBy(() -> builder().open().close()).as("the home has a key, but not that one")
        .isInstanceOf(KeyUnavailableException.class)
        .hasMessageContaining("local:2-")
        .hasMessageContaining("none of the keys in " + keyset("evidence.keyset"));
    Files.delete(keyset("evidence.keyset"));
    try (ModelLedger ledger = builder().keyManagement(LocalKeys.readOrCreate(outside)).open();
        AttestedModel model = ledger.load("acme/points@production")) {
      infer(model, 0, 1);
      assertThat(verified(ledger).opened()).isEqualTo(6);
    }
  }

  @Test
  void moreSubjectsThanARecordHasRoomForAreRefusedBefore() {
    String[] names = Stream.iterate(0, i -> i + 1)
        .limit(33)
        .map(i -> "a" + i)
        .toArray(String[]::new);
    assertThatThrownBy(() -> builder().subjects(names)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 32 attributes, not 33");
  }

  /** What an adapter to a key management system is: one key behind one URI. */
  private static final class AcmeKeys implements KeyManagement {
    private static final String URI = "acme-kms://ledgers/scoring";
    private final Aead remote;

    AcmeKeys() throws GeneralSecurityException {
      remote = new AesGcmJce("a key in a system far far away..".getBytes(UTF_8));
    }

    @Override
    public String currentKey() {
      return URI;
    }

    @Override
    public byte[] wrap(String key, byte[] dataKey, byte[] context)
        throws GeneralSecurityException {
      return remote.encrypt(dataKey, context);
    }

    @Override
    public byte[] unwrap(String key, byte[] wrapped, byte[] context)
        throws GeneralSecurityException {
      return remote.decrypt(wrapped, context);
    }
  }

  @Test
  void keysMoveIntoAKeyManagementSystem() throws Exception {
    OldLedger.unpack(dir);
    try (ModelLedger ledger = builder().keyManagement(new AcmeKeys()).open()) {
      assertThat(ledger.evidence().find(0)).as("by the key in the home")
          .isInstanceOf(EvidenceLookup.Kept.class);
      KeyRotation rotation = ledger.rotateKeys();
      assertThat(rotation.needed()).containsExactly(AcmeKeys.URI);
      assertThat(rotation.rewrapped()).isEqualTo(2);
    }
    Files.delete(keyset("evidence.keyset"));
    try (ModelLedger ledger = builder().keyManagement(new AcmeKeys()).open()) {
      assertThat(verified(ledger).opened()).isEqualTo(5);
    }
    assertThatThrownBy(() -> builder().open().close()).as("no silent way back")
        .isInstanceOf(KeyUnavailableException.class)
        .hasMessageContaining(AcmeKeys.URI)
        .hasMessageContaining("no key management was given");
  }
}
