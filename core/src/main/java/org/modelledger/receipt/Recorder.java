package org.modelledger.receipt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;
import org.modelledger.encryption.KeyManagement;
import org.modelledger.evidence.EvidenceBatch;
import org.modelledger.evidence.EvidenceStore;
import org.modelledger.tlog.Appended;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;

/**
 * The log and the evidence beside it, open for writing. Evidence becomes durable before its receipt
 * does, so no receipt is ever without the salts that open it. For one writing thread.
 */
final class Recorder implements AutoCloseable {
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  /** Where a recorder keeps its files and with which keys. */
  record Place(Path log, NoteSigner signer, Path evidence, KeyManagement keys,
      ReceiptOptions options) {}

  /** One set is filled while the other is written. */
  private static final int SETS = 2;

  private final LogWriter writer;
  private final EvidenceStore evidence;
  private final BlockingQueue<List<EvidenceBatch>> free = new ArrayBlockingQueue<>(SETS);
  private long evidenceSyncNanos;
  private long logNanos;

  private Recorder(LogWriter writer, EvidenceStore evidence, int parts) {
    this.writer = writer;
    this.evidence = evidence;
    for (int i = 0; i < SETS; i++) {
      free.add(Stream.generate(evidence::newBatch).limit(parts).toList());
    }
  }

  /** @param parts how many evidence batches a batch may need */
  static Recorder open(Place place, int parts) {
    LogOptions.Builder options = LogOptions.builder()
        .signer(place.signer())
        .publishInterval(place.options().checkpointInterval())
        .storage(place.options()::storage)
        .observer(place.options().observer().log());
    place.options().witnesses().ifPresent(options::witnesses);
    LogWriter writer = LogWriter.open(place.log(), options.build());
    try {
      return new Recorder(writer,
          EvidenceStore.open(place.evidence(), place.keys(), writer.size()), parts);
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

  /** Returns evidence batches to fill; waits until some are free. */
  List<EvidenceBatch> takeEvidence() throws InterruptedException {
    return free.take();
  }

  /** Takes back what is not needed any more. */
  void giveBack(List<EvidenceBatch> set) {
    var unused = free.offer(set);
  }

  /** Writes entries in their order and returns when all are durable. */
  void record(Batch batch) throws InterruptedException {
    for (EvidenceBatch sealed : batch.evidence()) {
      evidence.append(sealed);
    }
    long began = System.nanoTime();
    evidence.sync();
    long synced = System.nanoTime();
    evidenceSyncNanos = synced - began;
    long index = batch.first();
    Appended last = null;
    for (byte[] leaf : batch.leaves()) {
      last = writer.append(leaf);
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
    } catch (RuntimeException e) {
      // it is the failure that made us let go, told again
    }
  }
}
