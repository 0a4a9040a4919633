package org.modelledger.tlog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.modelledger.tlog.LogStorage.OpenFile;

/**
 * The write-ahead file, in segments: what is in it is durable. One thread commits, another drops
 * segments that are no longer needed. Full-sized ones are kept as spares and used again, so that a
 * steady stream does not have to write zeros first.
 */
final class Wal implements Closeable {

  static final String DIRECTORY = ".wal";
  static final String SUFFIX = ".wal";
  static final String NEW = DIRECTORY + "/new";
  static final String SPARE_PREFIX = "spare-";
  private static final int ZEROS_BYTES = 1 << 20;
  private static final int MAX_SPARES = 8;

  /**
   * How long segments are, in bytes: the first, and the longest unless a batch needs more; each is
   * twice as long as the one before.
   */
  record SegmentSizes(int first, int max) {
    static final SegmentSizes DEFAULT = new SegmentSizes(1 << 18, 1 << 24);
  }

  private record Full(String name, OpenFile file, long length, long next) {}

  private record Spare(String name, OpenFile file) {}

  private final LogStorage storage;
  private final ByteBuffer identity;
  private final LongSupplier salts;
  private final SegmentSizes sizes;
  private final Queue<Full> full = new ConcurrentLinkedQueue<>();
  private final Queue<Spare> spares = new ConcurrentLinkedQueue<>();
  private final AtomicInteger spareCount = new AtomicInteger();
  private long spareNumber;
  private long number;
  private WalFormat.Header header;
  private OpenFile file;
  private long position;

  /** Starts a new segment, numbered after all there are, for entries from {@code first} on. */
  Wal(LogStorage storage, ByteBuffer identity, LongSupplier salts, SegmentSizes sizes, long number,
      long first)
      throws IOException {
    this.storage = storage;
    this.identity = identity;
    this.salts = salts;
    this.sizes = sizes;
    this.number = number;
    this.header = new WalFormat.Header(salts.getAsLong(), first, sizes.first(), identity);
    this.file = create(number, header);
    this.position = WalFormat.HEADER_BYTES;
  }

  static String name(long number) {
    return String.format(Locale.ROOT, "%s/%016d%s", DIRECTORY, number, SUFFIX);
  }

  // A segment gets its name only when all of it, zeros included, is on the disk: later syncs then have
  // no new blocks and no new length to record, which makes them faster.
  private OpenFile create(long number, WalFormat.Header header) throws IOException {
    OpenFile created = storage.create(NEW);
    try {
      ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(header.length(), ZEROS_BYTES));
      for (long at = 0; at < header.length(); at += ZEROS_BYTES) {
        created.write(zeros.clear().limit((int) Math.min(ZEROS_BYTES, header.length() - at)), at);
      }
      begin(created, NEW, number, header);
      return created;
    } catch (IOException | RuntimeException e) {
      created.close();
      throw e;
    }
  }

  private void begin(OpenFile segment, String from, long number, WalFormat.Header header)
      throws IOException {
    segment.write(header.encode(), 0);
    segment.sync();
    storage.rename(from, name(number));
    storage.syncDirectory(DIRECTORY);
  }

  // What an earlier use has left in a spare is not sound under the new salt.
  private OpenFile start(long number, WalFormat.Header header) throws IOException {
    Spare spare = header.length() == sizes.max() ? spares.poll() : null;
    if (spare == null) {
      return create(number, header);
    }
    spareCount.decrementAndGet();
    try {
      begin(spare.file(), spare.name(), number, header);
      return spare.file();
    } catch (IOException | RuntimeException e) {
      spare.file().close();
      throw e;
    }
  }

  /** Writes the batch, which is sealed, and returns when it is on the disk. */
  void commit(Batch batch) throws IOException {
    write(batch);
    sync();
  }

  /** Writes the batch, which is sealed; it is on the disk after {@link #sync()}. */
  void write(Batch batch) throws IOException {
    // room is kept for the seal
    if (position + batch.frameBytes() + WalFormat.FRAME_HEADER_BYTES > header.length()) {
      roll(batch.first(), batch.frameBytes());
    }
    int length = WalFormat.seal(batch.bytes(), batch.start(), WalFormat.BATCH, batch.payload(),
        batch.first(), batch.count(), header.salt());
    write(batch.bytes(), batch.start(), length);
    position += length;
  }

  private void write(byte[] frame, int start, int length) throws IOException {
    try {
      file.write(ByteBuffer.wrap(frame, start, length), position);
    } catch (IOException e) {
      throw Text.failed(name(number), e);
    }
  }

  void sync() throws IOException {
    try {
      file.sync();
    } catch (IOException e) {
      throw Text.failed(name(number), e);
    }
  }

  private void roll(long next, int frame) throws IOException {
    long needed = (long) WalFormat.HEADER_BYTES + frame + WalFormat.FRAME_HEADER_BYTES;
    long length = Math.max(needed, Math.min(header.length() * 2, sizes.max()));
    WalFormat.Header following = new WalFormat.Header(salts.getAsLong(), next, length, identity);
    OpenFile started = start(number + 1, following);
    try {
      // the new one is there first, so a seal whose successor is missing means that it was lost
      byte[] seal = new byte[WalFormat.FRAME_HEADER_BYTES];
      int bytes = WalFormat.seal(seal, 0, WalFormat.SEAL, 0, next, 0, header.salt());
      write(seal, 0, bytes);
      sync();
    } catch (IOException | RuntimeException e) {
      started.close();
      throw e;
    }
    full.add(new Full(name(number), file, header.length(), next));
    number++;
    header = following;
    file = started;
    position = WalFormat.HEADER_BYTES;
  }

  /**
   * Takes the segments whose entries are all below {@code size} out of use, oldest first. What is
   * below {@code size} must be durable elsewhere.
   */
  void drop(long size) throws IOException {
    for (Full oldest = full.peek(); oldest != null && oldest.next() <= size; oldest = full.peek()) {
      if (oldest.length() == sizes.max() && spareCount.get() < MAX_SPARES) {
        String spare = DIRECTORY + "/" + SPARE_PREFIX + spareNumber++;
        storage.rename(oldest.name(), spare);
        spareCount.incrementAndGet();
        spares.add(new Spare(spare, oldest.file()));
      } else {
        oldest.file().close();
        storage.delete(oldest.name());
      }
      full.remove();
    }
  }

  /** Removes the spares that an earlier writer has left. */
  static void deleteSpares(LogStorage storage) throws IOException {
    for (String name : storage.list(DIRECTORY)) {
      if (name.startsWith(SPARE_PREFIX)) {
        storage.delete(DIRECTORY + "/" + name);
      }
    }
  }

  /** Closes all files. Spares stay for {@link #deleteSpares}, since a failed disk is left alone. */
  @Override
  public void close() throws IOException {
    List<OpenFile> open = new ArrayList<>(List.of(file));
    full.forEach(each -> open.add(each.file()));
    spares.forEach(each -> open.add(each.file()));
    List<IOException> failures = new ArrayList<>();
    for (OpenFile each : open) {
      try {
        each.close();
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
