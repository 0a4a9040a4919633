package org.modelledger.receipt;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.evidence.EvidenceBatch;

/**
 * Entries that are written together: receipts, then gaps. Filled by the thread that makes them, then used
 * by the one that writes.
 */
final class Batch {
  private final List<Recording> recordings;
  private final List<Gap> gaps;
  /** Who is to write it; nobody if the log had failed when it was taken. */
  private final Optional<Recorder> recorder;
  private final byte[][] leaves;
  private List<EvidenceBatch> evidence = List.of();
  private int parts;
  private long first;
  private long makingNanos;
  private @Nullable Throwable failure;

  Batch(List<Recording> recordings, List<Gap> gaps, Optional<Recorder> recorder) {
    this.recordings = recordings;
    this.gaps = gaps;
    this.recorder = recorder;
    this.leaves = new byte[recordings.size() + gaps.size()][];
  }

  List<Recording> recordings() {
    return recordings;
  }

  List<Gap> gaps() {
    return gaps;
  }

  boolean isFor(@Nullable Recorder open) {
    return open != null && recorder.isPresent() && recorder.get() == open;
  }

  Optional<Recorder> recorder() {
    return recorder;
  }

  /** Returns the number of entries. */
  int size() {
    return leaves.length;
  }

  byte[][] leaves() {
    return leaves;
  }

  byte[] leaf(int entry) {
    return leaves[entry];
  }

  /** Takes evidence batches to fill, and to give back. */
  void use(List<EvidenceBatch> set) {
    evidence = set;
  }

  void giveBack(Recorder to) {
    if (!evidence.isEmpty()) {
      to.giveBack(evidence);
      evidence = List.of();
    }
  }

  /** Notes which index the first entry has, and how many evidence batches were filled. */
  void made(long firstIndex, int filled, long nanos) {
    first = firstIndex;
    parts = filled;
    makingNanos = nanos;
  }

  void failed(Throwable cause) {
    failure = cause;
  }

  @Nullable
  Throwable failure() {
    return failure;
  }

  long first() {
    return first;
  }

  List<EvidenceBatch> evidence() {
    return evidence.subList(0, parts);
  }

  long makingNanos() {
    return makingNanos;
  }
}
