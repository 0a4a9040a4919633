package org.modelledger.tlog;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Entries that go to the disk together, in the form they have in a bundle, with room for a {@link
 * WalFormat frame} around them: a region of an {@link EntryBuffer}.
 *
 * <p>Any thread claims a place, without a lock, and copies its entry there. One thread seals the
 * batch, after which nobody can claim any more, waits for the last copy, and owns it from then on.
 */
final class Batch {

  /** What {@link #claim} returns if the entry has no place here: the batch is sealed, or too full. */
  static final long NO_PLACE = -1;

  private static final VarHandle CLAIMS;
  private static final VarHandle FILLED;
  private static final VarHandle NEXT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      CLAIMS = lookup.findVarHandle(Batch.class, "claims", long.class);
      FILLED = lookup.findVarHandle(Batch.class, "filled", int.class);
      NEXT = lookup.findVarHandle(Batch.class, "next", Batch.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final long SEALED = Long.MIN_VALUE;
  private static final long ONE_ENTRY = 1L << 32;
  private static final int SPINS = 1000;
  private static final long PAUSE_NANOS = 10_000;

  private final EntryBuffer buffer;
  private final byte[] bytes;
  private final int start;
  private final int capacity;
  private final long position;
  private final long first;
  private final Acknowledgement acknowledgement = new Acknowledgement();

  /** Whether it is sealed (1 bit), how many entries are claimed (31) and how many bytes (32). */
  @SuppressWarnings("UnusedVariable") // by its handle
  private volatile long claims;

  /** How many of the claimed bytes have been copied. */
  @SuppressWarnings("UnusedVariable") // by its handle
  private volatile int filled;

  private volatile @Nullable Batch next;

  /**
   * @param start where the frame begins in the buffer's array
   * @param capacity how many bytes the entries may take with their lengths
   * @param position where the frame begins, counted over the buffer's whole life
   */
  Batch(EntryBuffer buffer, int start, int capacity, long position, long first) {
    this.buffer = buffer;
    this.bytes = buffer.bytes();
    this.start = start;
    this.capacity = capacity;
    this.position = position;
    this.first = first;
  }

  /** Returns what stands after the last batch: sealed, without a place for anything. */
  static Batch endAfter(Batch last) {
    Batch end = new Batch(last.buffer, last.start, 0, last.endPosition(), last.nextIndex());
    end.seal();
    return end;
  }

  boolean isEnd() {
    return capacity == 0;
  }

  /** Returns the batch after this one, if there is one yet. */
  Optional<Batch> next() {
    return Optional.ofNullable(next);
  }

  /** Makes another batch the next one, unless there is one. */
  void link(Batch following) {
    var unused = NEXT.compareAndSet(this, null, following);
  }

  EntryBuffer buffer() {
    return buffer;
  }

  /** Returns a claim to a place for an entry of so many bytes, to be filled at once; or NO_PLACE. */
  long claim(int entryBytes) {
    int needed = Short.BYTES + entryBytes;
    long seen = (long) CLAIMS.getVolatile(this);
    while (seen >= 0 && (int) seen + needed <= capacity) {
      long witness = (long) CLAIMS.compareAndExchange(this, seen, seen + ONE_ENTRY + needed);
      if (witness == seen) {
        return seen;
      }
      seen = witness;
    }
    return NO_PLACE;
  }

  /** Copies the entry to the place that was claimed and returns its index. */
  long fill(long claim, byte[] from, int offset, int length) {
    int at = start + WalFormat.FRAME_HEADER_BYTES + (int) claim;
    bytes[at] = (byte) (length >>> 8);
    bytes[at + 1] = (byte) length;
    System.arraycopy(from, offset, bytes, at + Short.BYTES, length);
    var unused = (int) FILLED.getAndAdd(this, Short.BYTES + length);
    return first + (claim >>> 32);
  }

  /** Refuses claims from now on. */
  void seal() {
    var unused = (long) CLAIMS.getAndBitwiseOr(this, SEALED);
  }

  boolean isSealed() {
    return claims < 0;
  }

  /** Returns when what was claimed before the batch was sealed has been copied. */
  void awaitFilled() {
    int payload = payload();
    for (int spins = 0; filled != payload; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS); // a thread lost its processor between claim and copy
      }
    }
  }

  long first() {
    return first;
  }

  int count() {
    return (int) ((claims & ~SEALED) >>> 32);
  }

  /** Returns the index after the last entry. */
  long nextIndex() {
    return first + count();
  }

  /** Returns how many bytes the entries take with their lengths. */
  int payload() {
    return (int) claims;
  }

  /** Returns how many bytes the entries might have taken. */
  int capacity() {
    return capacity;
  }

  /** Returns the array with the frame, from {@link #start()} on. */
  byte[] bytes() {
    return bytes;
  }

  int start() {
    return start;
  }

  /** Returns where the entries begin in the array. */
  int payloadStart() {
    return start + WalFormat.FRAME_HEADER_BYTES;
  }

  /** Returns where the frame ends, counted over the buffer's whole life. */
  long endPosition() {
    return position + frameBytes();
  }

  int frameBytes() {
    return count() == 0 ? 0 : WalFormat.align(WalFormat.FRAME_HEADER_BYTES + payload());
  }

  /** Gives the memory back; nothing of it may be read any more. */
  void release() {
    buffer.release(this);
  }

  /** Returns what those wait for whose entries are in this batch. */
  Acknowledgement acknowledgement() {
    return acknowledgement;
  }

  static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return duration.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }
}
