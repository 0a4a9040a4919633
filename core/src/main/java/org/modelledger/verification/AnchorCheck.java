package org.modelledger.verification;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.audit.RegistryHistory;
import org.modelledger.model.AccountId;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.LogOrigin;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.tlog.Checkpoint;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TransparencyLogException;

/** Compares what a log says of itself with what its owner recorded in a registry. */
final class AnchorCheck {
  private final @Nullable ModelRegistry registry;
  private final @Nullable AccountId author;
  private final @Nullable LogReader log;

  AnchorCheck(@Nullable ModelRegistry registry, @Nullable AccountId author,
      @Nullable LogReader log) {
    this.registry = registry;
    this.author = author;
    this.log = log;
  }

  /** Checks that an entry is under an anchored root, or says why that cannot be known. */
  StepResult check(long index, Checkpoint proven) {
    if (registry == null) {
      return skipped("no registry to ask");
    }
    if (author == null) {
      return skipped("it is not known whose anchors count");
    }
    LogOrigin origin;
    try {
      origin = LogOrigin.of(proven.origin());
    } catch (InvalidNameException e) {
      return skipped("no registry can have this log: " + e.getMessage());
    }
    Optional<Anchor> newest = registry.anchor(origin, author);
    if (newest.isEmpty()) {
      return skipped(author + " has not anchored the log " + origin + " yet");
    }
    Anchor anchor = newest.get();
    if (anchor.treeSize() <= index) {
      return skipped("the newest anchor covers the first " + anchor.treeSize()
          + " entries; this is number " + index + ", counted from 0");
    }
    try {
      return compare(proven, anchor);
    } catch (ProofException | TransparencyLogException e) {
      return StepResult.failed(Step.ANCHOR, e);
    }
  }

  private StepResult compare(Checkpoint proven, Anchor anchor) throws ProofException {
    if (anchor.treeSize() == proven.size()) {
      return equal(anchor.treeSize(), proven.root(), anchor.rootHash().hex(), anchor);
    }
    if (log == null) {
      return anchorOfSize(proven, anchor);
    }
    SignedCheckpoint newest = log.latest();
    if (newest.size() < anchor.treeSize()) {
      return StepResult.failed(Step.ANCHOR, "the log was rolled back: it has " + newest.size()
          + " entries, the registry has an anchor of " + anchor.treeSize());
    }
    if (proven.size() > newest.size()
        || !log.rootAt(proven.size(), newest).equals(proven.root())) {
      return StepResult.failed(Step.ANCHOR, "the log does not continue the checkpoint of "
          + proven.size() + " entries that the proof ends in");
    }
    return equal(anchor.treeSize(), log.rootAt(anchor.treeSize(), newest),
        anchor.rootHash().hex(), anchor);
  }

  /** Without the log, only an anchor of the very size tells something. */
  private StepResult anchorOfSize(Checkpoint proven, Anchor newest) {
    ModelRegistry ledger = Objects.requireNonNull(registry);
    for (LedgerEvent event : RegistryHistory.of(ledger)) {
      if (event instanceof LedgerEvent.LogAnchored anchored
          && anchored.treeSize() == proven.size()
          && anchored.origin().equals(newest.origin())
          && anchored.header().author().equals(author)) {
        return equal(proven.size(), proven.root(), anchored.rootHash().hex(),
            new Anchor(anchored.header(), anchored.origin(), anchored.treeSize(),
                anchored.rootHash()));
      }
    }
    return skipped("the proof ends in a checkpoint of " + proven.size()
        + " entries, the newest anchor has " + newest.treeSize()
        + "; to connect the two takes the log");
  }

  /** Says where the log was when a version was revoked. */
  RevocationLine line(ModelVersion version, Checkpoint proven) {
    return registry == null
        ? RevocationLine.unknown("no registry to ask")
        : RevocationLine.of(version, registry, author, log, proven);
  }

  private static StepResult equal(long size, Hash found, String anchored, Anchor anchor) {
    return found.hex().equals(anchored)
        ? StepResult.passed(Step.ANCHOR, "the first " + size + " entries have the root that "
            + anchor.header().author() + " recorded at " + anchor.header().position() + " on "
            + anchor.header().time())
        : StepResult.failed(Step.ANCHOR, "the first " + size + " entries have the root " + found
            + "; the registry has " + anchored);
  }

  private static StepResult skipped(String why) {
    return StepResult.skipped(Step.ANCHOR, why);
  }
}
