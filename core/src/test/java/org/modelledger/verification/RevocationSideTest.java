package org.modelledger.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.modelledger.Fixture.LONG;
import static org.modelledger.Fixture.input;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.Fixture;
import org.modelledger.ModelLedger;
import org.modelledger.Recall;
import org.modelledger.model.Digest;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelVersion;

/** On which side of a revocation receipts fall, by what evidence. */
class RevocationSideTest {
  private static final Instant LATE = Instant.parse("2999-01-01T00:00:00Z");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path dir;

  private static void infer(AttestedModel model) throws InterruptedException {
    var unused = model.infer(input(1, 2)).receipt().await(LONG);
  }

  private static RevocationSide side(Verifier verifier, long index) throws InterruptedException {
    VerificationReport report = verifier.check(index);
    assertThat(report.isSound()).as("%s", report).isTrue();
    return report.revocation();
  }

  @Test
  void anchorsMarksAndClocksEachSayWhatTheyCan() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).onRevocation(Recall.WARN).open()) {
      ModelVersion version = Fixture.deployed(ledger);
      Anchor anchor;
      LedgerEvent.VersionRevoked revoked;
      try (AttestedModel model = ledger.load(version.id())) {
        infer(model);
        anchor = ledger.anchor();
        assertThat(side(ledger.verifier(), 0)).isEqualTo(new RevocationSide.NotRevoked());
        infer(model);
        revoked = ledger.revoke(version.id(), "");
        infer(model);
        ledger.anchor();
      }
      Verifier verifier = ledger.verifier();
      assertThat(side(verifier, 0)).isEqualTo(
          new RevocationSide.Before(revoked.header(), anchor.header().position(), 1));
      assertThat(side(verifier, 1)).as("a later anchor shows nothing about this side")
          .isInstanceOfSatisfying(RevocationSide.Claimed.class,
              claimed -> assertThat(claimed.claimsBefore()).isTrue());
      assertThat(side(verifier, 2)).isEqualTo(new RevocationSide.AfterByMark(revoked.header()));

      assertThat(verifier.check(0)).asString()
          .contains("before the revocation at " + revoked.header().position(),
              "by the anchor of 1 entries at " + anchor.header().position());
      assertThat(verifier.check(1)).asString().contains("claimed before", "no anchor shows it");
      assertThat(verifier.check(2)).asString().contains("by the maker's own mark");

      LogReport report = verifier.checkAll();
      report.requireSound();
      assertThat(report.revocations()).containsOnlyKeys(version.id())
          .containsEntry(version.id(), new RevocationCounts(1, 1, 1, 0, 0));
      assertThat(report).asString().contains("1 before the revocation, by an anchor");
    }
  }

  @Test
  void aClockThatSaysAfterIsBelieved() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).clock(() -> LATE).open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        infer(model);
      }
      ledger.revoke(version.id(), "");
      ledger.receipts().publish();
      assertThat(side(ledger.verifier(), 0)).isInstanceOfSatisfying(RevocationSide.Claimed.class,
          claimed -> {
            assertThat(claimed.claimsBefore()).isFalse();
            assertThat(claimed.explanation()).contains("by the maker's clock on " + LATE);
          });
      assertThat(ledger.verifier().checkAll().revocations())
          .containsEntry(version.id(), new RevocationCounts(0, 0, 0, 1, 0));
    }
  }

  @Test
  void anAnchorCountsOnlyIfItIsTheMakersAndFitsTheLog() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        infer(model);
      }
      ledger.anchor();
      LedgerEvent.LogAnchored other = ledger
          .submit(new Command.AnchorLog(ledger.receipts().origin(), 2,
              Digest.sha256(new byte[]{1})))
          .await(LONG);
      ledger.revoke(version.id(), "");
      try (AttestedModel model = ledger.load(ledger.register(Fixture.MODEL,
          Fixture.train(ledger, 2)).id())) {
        infer(model);
      }
      ledger.receipts().publish();
      Verifier stranger = Verifier.builder(ledger.receipts().key())
          .log(ledger.receipts().reader())
          .registry(ledger.registry())
          .build();
      assertThat(side(stranger, 0)).as("whose anchors count is not known")
          .isInstanceOf(RevocationSide.Claimed.class);
      VerificationReport report = ledger.verifier().check(0);
      assertThat(report.outcome(Step.ANCHOR)).isInstanceOf(Outcome.Failed.class);
      assertThat(report.revocation()).isInstanceOf(RevocationSide.Unknown.class)
          .extracting(RevocationSide::explanation)
          .asString()
          .contains("does not have the root", other.header().position().toString());
      assertThat(ledger.verifier().check(1).revocation())
          .isEqualTo(new RevocationSide.NotRevoked());
    }
  }

  @Test
  void withoutARegistryOrAReceiptNothingIsSaid() throws Exception {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      ModelVersion version = Fixture.deployed(ledger);
      try (AttestedModel model = ledger.load(version.id())) {
        infer(model);
      }
      ledger.receipts().publish();
      assertThat(side(Verifier.builder(ledger.receipts().key())
          .log(ledger.receipts().reader())
          .build(), 0)).isEqualTo(new RevocationSide.Unknown("the version is not known"));
    }
  }
}
