package org.modelledger.receipt;

import com.google.crypto.tink.Aead;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceStore;
import org.modelledger.tlog.Appended;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.TransparencyLogException;

/**
 * The log and the evidence beside it, open for writing. Evidence becomes durable before its receipt
 * does, so no receipt is ever without the salts that open it. For one writing thread.
 */
final class Recorder implements AutoCloseable {
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  /** An entry that is to be written. */
  static final class Draft {
    private final ReceiptEntry entry;
    private final byte[] leaf;
    private final Optional<Evidence> evidence;

    private Draft(ReceiptEntry entry, Optional<Evidence> evidence) {
      this.entry = entry;
      this.leaf = entry.encode();
      this.evidence = evidence;
    }

    static Draft of(Receipt receipt, Evidence evidence) {
      return new Draft(receipt, Optional.of(evidence));
    }

    static Draft of(Gap gap) {
      return new Draft(gap, Optional.empty());
    }

    ReceiptEntry entry() {
      return entry;
    }

    byte[] leaf() {
      return leaf;
    }
  }

  /** Where a recorder keeps its files and with which keys. */
  record Place(Path log, NoteSigner signer, Path evidence, Aead evidenceKey,
      ReceiptOptions options) {}

  private final LogWriter writer;
  private final EvidenceStore evidence;
  private long evidenceSyncNanos;
  private long logNanos;

  private Recorder(LogWriter writer, EvidenceStore evidence) {
    this.writer = writer;
    this.evidence = evidence;
  }

  static Recorder open(Place place) {
    LogWriter writer = LogWriter.open(place.log(),
        LogOptions.builder()
            .signer(place.signer())
            .publishInterval(place.options().checkpointInterval())
            .storage(place.options()::storage)
            .observer(place.options().observer().log())
            .build());
    try {
      return new Recorder(writer,
          EvidenceStore.open(place.evidence(), place.evidenceKey(), writer.size()));
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  LogWriter writer() {
    return writer;
  }

  EvidenceStore evidence() {
    return evidence;
  }

  /** Returns the index that the next entry will have. */
  long next() {
    return writer.size();
  }

  /** Writes entries in their order and returns when all are durable. */
  void record(List<Draft> drafts) throws InterruptedException {
    if (drafts.isEmpty()) {
      return;
    }
    long first = next();
    long index = first;
    for (Draft draft : drafts) {
      Hash leaf = MerkleTree.leafHash(draft.leaf);
      if (draft.evidence.isPresent()) {
        evidence.append(index, leaf, draft.evidence.get());
      } else {
        evidence.appendNone(index, leaf);
      }
      index++;
    }
    long encrypted = System.nanoTime();
    evidence.sync();
    long synced = System.nanoTime();
    evidenceSyncNanos = synced - encrypted;
    index = first;
    Appended last = null;
    for (Draft draft : drafts) {
      last = writer.append(draft.leaf);
      if (last.index() != index) {
        throw new IllegalStateException("the log gave the index " + last.index() + " instead of "
            + index + ": somebody else appends to it");
      }
      index++;
    }
    if (last != null) {
      last.await(FOREVER);
    }
    logNanos = System.nanoTime() - synced;
  }

  /** Returns how long the last batch waited for the sync of the evidence. */
  long evidenceSyncNanos() {
    return evidenceSyncNanos;
  }

  /** Returns how long the last batch took in the log. */
  long logNanos() {
    return logNanos;
  }

  @Override
  public void close() {
    try {
      evidence.close();
    } finally {
      writer.close();
    }
  }

  /** Lets go of everything after a failure that is known already. */
  void abandon() {
    try {
      close();
    } catch (TransparencyLogException | org.modelledger.model.ModelLedgerException e) {
      // it is the failure that made us let go, told again
    }
  }
}
