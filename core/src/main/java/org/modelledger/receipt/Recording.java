package org.modelledger.receipt;

import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.modelledger.inference.Tensors;

/**
 * An inference that is done and waits for its receipt; what costs time is computed when it is written.
 * A link of the {@link Backlog}'s chain.
 */
final class Recording {
  private final ReceiptSession session;
  private final long sequence;
  private final Instant time;
  private final Tensors inputs;
  private final Tensors outputs;
  private final SortedMap<String, String> attributes;
  private final PendingReceipt pending;
  private final long bytes;
  /** The one that was added before, then the one that comes after; the backlog's. */
  @Nullable
  Recording link;

  Recording(ReceiptSession session, long sequence, Instant time, Tensors inputs, Tensors outputs,
      SortedMap<String, String> attributes, PendingReceipt pending, long bytes) {
    this.session = session;
    this.sequence = sequence;
    this.time = time;
    this.inputs = inputs;
    this.outputs = outputs;
    this.attributes = attributes;
    this.pending = pending;
    this.bytes = bytes;
  }

  ReceiptSession session() {
    return session;
  }

  long sequence() {
    return sequence;
  }

  Instant time() {
    return time;
  }

  Tensors inputs() {
    return inputs;
  }

  Tensors outputs() {
    return outputs;
  }

  SortedMap<String, String> attributes() {
    return attributes;
  }

  PendingReceipt pending() {
    return pending;
  }

  long bytes() {
    return bytes;
  }
}
