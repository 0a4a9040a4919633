package org.modelledger.tlog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.modelledger.tlog.LogStorage.OpenFile;

/**
 * The write-ahead file, in segments: what is in it is durable. One thread commits, another drops
 * segments that are no longer needed.
 */
final class Wal implements Closeable {

  static final String DIRECTORY = ".wal";
  static final String SUFFIX = ".wal";
  static final String NEW = DIRECTORY + "/new";
  static final int FIRST_SEGMENT_BYTES = 1 << 18;
  private static final int MAX_SEGMENT_BYTES = 1 << 24;
  private static final int ZEROS_BYTES = 1 << 20;

  private record Full(String name, long next) {}

  private final LogStorage storage;
  private final ByteBuffer identity;
  private final LongSupplier salts;
  private final Queue<Full> full = new ConcurrentLinkedQueue<>();
  private long number;
  private WalFormat.Header header;
  private OpenFile file;
  private long position;
  private long writtenNanos;

  /** Starts a new segment, numbered after all there are, for entries from {@code first} on. */
  Wal(LogStorage storage, ByteBuffer identity, LongSupplier salts, int segmentBytes, long number,
      long first)
      throws IOException {
    this.storage = storage;
    this.identity = identity;
    this.salts = salts;
    this.number = number;
    this.header = new WalFormat.Header(salts.getAsLong(), first, segmentBytes, identity);
    this.file = start(number, header);
    this.position = WalFormat.HEADER_BYTES;
  }

  static String name(long number) {
    return String.format(Locale.ROOT, "%s/%016d%s", DIRECTORY, number, SUFFIX);
  }

  // A segment gets its name only when all of it, zeros included, is on the disk: later syncs then have
  // no new blocks and no new length to record, which makes them faster.
  private OpenFile start(long number, WalFormat.Header header) throws IOException {
    OpenFile created = storage.create(NEW);
    try {
      ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(header.length(), ZEROS_BYTES));
      for (long at = 0; at < header.length(); at += ZEROS_BYTES) {
        created.write(zeros.clear().limit((int) Math.min(ZEROS_BYTES, header.length() - at)), at);
      }
      created.write(header.encode(), 0);
      created.sync();
      storage.rename(NEW, name(number));
      storage.syncDirectory(DIRECTORY);
      return created;
    } catch (IOException | RuntimeException e) {
      created.close();
      throw e;
    }
  }

  /** Writes the batch and returns when it is on the disk. */
  void commit(Batch batch) throws IOException {
    int frame = WalFormat.align(WalFormat.FRAME_HEADER_BYTES + batch.payload());
    // room is kept for the seal
    if (position + frame + WalFormat.FRAME_HEADER_BYTES > header.length()) {
      roll(batch.first(), frame);
    }
    byte[] bytes = batch.bytes();
    int length = WalFormat.seal(bytes, WalFormat.BATCH, batch.payload(), batch.first(),
        batch.count(),
        header.salt());
    file.write(ByteBuffer.wrap(bytes, 0, length), position);
    writtenNanos = System.nanoTime();
    file.sync();
    position += length;
  }

  /** Returns the {@link System#nanoTime} at which the last commit was written and its sync began. */
  long writtenNanos() {
    return writtenNanos;
  }

  private void roll(long next, int frame) throws IOException {
    long needed = (long) WalFormat.HEADER_BYTES + frame + WalFormat.FRAME_HEADER_BYTES;
    long length = Math.max(needed, Math.min(header.length() * 2, MAX_SEGMENT_BYTES));
    WalFormat.Header following = new WalFormat.Header(salts.getAsLong(), next, length, identity);
    OpenFile started = start(number + 1, following);
    try {
      // the new one is there first, so a seal whose successor is missing means that it was lost
      byte[] seal = new byte[WalFormat.FRAME_HEADER_BYTES];
      int bytes = WalFormat.seal(seal, WalFormat.SEAL, 0, next, 0, header.salt());
      file.write(ByteBuffer.wrap(seal, 0, bytes), position);
      file.sync();
      file.close();
    } catch (IOException | RuntimeException e) {
      started.close();
      throw e;
    }
    full.add(new Full(name(number), next));
    number++;
    header = following;
    file = started;
    position = WalFormat.HEADER_BYTES;
  }

  /** Deletes the segments whose entries are all below {@code size}, oldest first. */
  void drop(long size) throws IOException {
    for (Full oldest = full.peek(); oldest != null && oldest.next() <= size; oldest = full.peek()) {
      storage.delete(oldest.name());
      full.remove();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
