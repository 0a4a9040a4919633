package org.modelledger.tlog;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * The batch that takes entries, and its successors: a chain that ends when the log does. Whoever comes
 * to a batch that is sealed opens the next one, so that no caller waits for a thread that has lost its
 * processor: the enqueuing half of Michael and Scott, "Simple, Fast, and Practical Non-Blocking and
 * Blocking Concurrent Queue Algorithms", PODC 1996, with batches for nodes. Thread-safe, without locks.
 */
final class Intake {

  private static final int GROWTH = 4;
  private static final VarHandle OPEN;

  static {
    try {
      OPEN = MethodHandles.lookup().findVarHandle(Intake.class, "open", Batch.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int maxBytes;
  private volatile Batch open;

  /**
   * @param first index of the first entry
   * @param maxBytes the largest buffer; it begins with a small one
   */
  Intake(long first, int maxBytes) {
    this.maxBytes = maxBytes;
    this.open = new EntryBuffer(EntryBuffer.MIN_BYTES).first(first);
  }

  /** Returns the batch that takes entries, or was the last to be sealed. */
  Batch open() {
    return open;
  }

  /**
   * Returns the batch after a sealed one, which is the {@linkplain Batch#isEnd end} if there will be no
   * more, and after the end the end; empty if there is no memory for another one now.
   */
  Optional<Batch> after(Batch sealed) {
    if (sealed.isEnd()) {
      return Optional.of(sealed);
    }
    if (sealed.next().isEmpty()) {
      candidate(sealed).ifPresent(sealed::link);
    }
    Optional<Batch> next = sealed.next();
    next.ifPresent(batch -> OPEN.compareAndSet(this, sealed, batch));
    return next;
  }

  private Optional<Batch> candidate(Batch sealed) {
    EntryBuffer buffer = sealed.buffer();
    if (sealed.payload() > sealed.capacity() / 2 && buffer.capacity() < maxBytes) {
      int larger = (int) Math.min((long) buffer.capacity() * GROWTH, maxBytes);
      return Optional.of(new EntryBuffer(larger).first(sealed.nextIndex()));
    }
    return buffer.after(sealed);
  }

  /** Lets no batch follow those that there are: what was claimed has an index, and nothing else will. */
  void end() {
    Batch last = open;
    while (!last.isEnd()) {
      last.seal();
      last.link(Batch.endAfter(last));
      last = after(last).orElseThrow(); // the end, or a batch that somebody opened before
    }
  }
}
