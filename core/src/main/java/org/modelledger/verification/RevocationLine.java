package org.modelledger.verification;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.audit.RegistryHistory;
import org.modelledger.model.AccountId;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.receipt.WarningMarks;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.tlog.Checkpoint;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TransparencyLogException;

/** Where a log was when a version was revoked: what is below the line is certainly before it. */
final class RevocationLine {
  private final Optional<EventHeader> revocation;
  private final Optional<LedgerEvent.LogAnchored> anchor;
  private final RevocationSide otherwise;

  private RevocationLine(Optional<EventHeader> revocation,
      Optional<LedgerEvent.LogAnchored> anchor, RevocationSide otherwise) {
    this.revocation = revocation;
    this.anchor = anchor;
    this.otherwise = otherwise;
  }

  static RevocationLine unknown(String why) {
    return new RevocationLine(Optional.empty(), Optional.empty(), new RevocationSide.Unknown(why));
  }

  /**
   * Reads the history from the version's registration on, if it was revoked.
   *
   * @param author whose anchors count
   * @param log to compare anchors with; without it, only an anchor of {@code proven} counts
   * @param proven what the log says of itself
   */
  static RevocationLine of(ModelVersion version, ModelRegistry registry,
      @Nullable AccountId author, @Nullable LogReader log, Checkpoint proven) {
    if (!version.isRevoked()) {
      return new RevocationLine(Optional.empty(), Optional.empty(),
          new RevocationSide.NotRevoked());
    }
    Optional<LedgerEvent.LogAnchored> last = Optional.empty();
    for (LedgerEvent event : RegistryHistory.of(registry).after(version.position())) {
      if (event instanceof LedgerEvent.VersionRevoked revoked
          && revoked.version().equals(version.id())) {
        return drawn(revoked.header(), last, log, proven);
      }
      if (event instanceof LedgerEvent.LogAnchored anchored && isOf(anchored, author, proven)
          && (log != null || anchored.treeSize() == proven.size())) {
        last = Optional.of(anchored);
      }
    }
    return unknown("the ledger's history, as far as it is final, does not show the revocation yet");
  }

  private static boolean isOf(LedgerEvent.LogAnchored anchored, @Nullable AccountId author,
      Checkpoint proven) {
    try {
      return anchored.header().author().equals(author)
          && anchored.origin().equals(LogOrigin.of(proven.origin()));
    } catch (InvalidNameException e) {
      return false; // no registry can have this log
    }
  }

  private static RevocationLine drawn(EventHeader revocation,
      Optional<LedgerEvent.LogAnchored> anchor, @Nullable LogReader log, Checkpoint proven) {
    if (anchor.isPresent()) {
      LedgerEvent.LogAnchored at = anchor.get();
      try {
        if (!root(at.treeSize(), log, proven).equals(at.rootHash().hex())) {
          return unknown("the log does not have the root that was anchored at "
              + at.header().position() + ", before the revocation");
        }
      } catch (ProofException | VerificationException | TransparencyLogException e) {
        return unknown("the log does not show what was anchored at " + at.header().position()
            + ", before the revocation: " + e.getMessage());
      }
    }
    return new RevocationLine(Optional.of(revocation), anchor, new RevocationSide.NotRevoked());
  }

  private static String root(long size, @Nullable LogReader log, Checkpoint proven)
      throws ProofException, VerificationException {
    if (log == null || size == proven.size()) {
      return proven.root().hex();
    }
    SignedCheckpoint newest = log.latest();
    if (newest.size() < Math.max(size, proven.size())) {
      throw new VerificationException("it was rolled back to " + newest.size() + " entries");
    }
    if (!log.rootAt(proven.size(), newest).equals(proven.root())) {
      throw new VerificationException("it does not continue the checkpoint of " + proven.size()
          + " entries that the proof ends in");
    }
    return log.rootAt(size, newest).hex();
  }

  /** Says on which side an entry falls that is in the log. */
  RevocationSide side(long index, ReceiptEntry entry) {
    if (revocation.isEmpty()) {
      return otherwise;
    }
    EventHeader revoked = revocation.get();
    if (anchor.isPresent() && index < anchor.get().treeSize()) {
      return new RevocationSide.Before(revoked, anchor.get().header().position(),
          anchor.get().treeSize());
    }
    return entry instanceof Receipt receipt
        && WarningMarks.of(receipt).contains(WarningMarks.REVOKED)
            ? new RevocationSide.AfterByMark(revoked)
            : new RevocationSide.Claimed(revoked, entry.time());
  }
}
