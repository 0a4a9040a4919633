package org.modelledger.tlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.modelledger.tlog.LogStorage.OpenFile;

/** Reads the write-ahead segments back after a crash or a clean end. */
final class WalReplay {

  private static final int MAX_FILE_BYTES = Integer.MAX_VALUE - 64;

  /** Takes entries that follow those before, each with its length before it. */
  @FunctionalInterface
  interface Consumer {
    void accept(byte[] bytes, int offset, int length) throws IOException;
  }

  private static final class Segment {
    final String name;
    final byte[] bytes;
    final WalFormat.Header header;

    Segment(String name, byte[] bytes, WalFormat.Header header) {
      this.name = name;
      this.bytes = bytes;
      this.header = header;
    }
  }

  private final LogStorage storage;
  private final ByteBuffer identity;
  private final List<Long> numbers = new ArrayList<>();
  private final Set<String> uncovered = new LinkedHashSet<>();

  WalReplay(LogStorage storage, ByteBuffer identity) throws IOException {
    this.storage = storage;
    this.identity = identity;
    for (String name : storage.list(Wal.DIRECTORY)) {
      if (name.endsWith(Wal.SUFFIX)) {
        Text.number(stripZeros(name.substring(0, name.length() - Wal.SUFFIX.length())))
            .filter(number -> Wal.name(number).equals(Wal.DIRECTORY + "/" + name))
            .ifPresent(numbers::add);
      }
    }
    numbers.sort(null);
  }

  private static String stripZeros(String digits) {
    int i = 0;
    while (i < digits.length() - 1 && digits.charAt(i) == '0') {
      i++;
    }
    return digits.substring(i);
  }

  boolean isEmpty() {
    return numbers.isEmpty();
  }

  /** Returns a number above those of all segments. */
  long nextNumber() {
    return numbers.isEmpty() ? 1 : numbers.getLast() + 1;
  }

  /**
   * Hands over the entries from {@code size}, which the newest checkpoint covers, up to the last that
   * is whole.
   *
   * @throws LogCorruptException if something that was acknowledged cannot be read back
   */
  void replay(long size, Consumer consumer) throws IOException {
    // Only the newest segment that begins at or below the checkpoint, and those after it, matter: the
    // others are left from an interrupted deletion.
    int start = numbers.size() - 1;
    Segment segment = read(numbers.get(start));
    while (start > 0 && segment.header.first() > size) {
      start--;
      segment = read(numbers.get(start));
    }
    if (segment.header.first() > size) {
      throw corrupt(segment.name, 0, "it begins with entry " + segment.header.first()
          + ", but the checkpoint covers only " + size + " and no older segment is there");
    }
    for (long number : numbers.subList(start + 1, numbers.size())) {
      Segment following = read(number);
      replay(segment, size, Optional.of(following.header), consumer);
      segment = following;
    }
    replay(segment, size, Optional.empty(), consumer);
  }

  private void replay(Segment segment, long size, Optional<WalFormat.Header> following,
      Consumer consumer) throws IOException {
    byte[] bytes = segment.bytes;
    long next = segment.header.first();
    int at = WalFormat.HEADER_BYTES;
    while (true) {
      Optional<WalFormat.Frame> frame = WalFormat.frame(bytes, at, segment.header.salt());
      if (frame.isEmpty() || frame.get().first() != next) {
        break;
      }
      if (frame.get().kind() == WalFormat.SEAL) {
        if (following.isEmpty()) {
          throw corrupt(segment.name, at,
              "the segment that follows it, with entry " + next + ", is missing");
        }
        break;
      }
      int payload = frame.get().payload();
      int offset = at + WalFormat.FRAME_HEADER_BYTES;
      Bundle entries = Bundle
          .parse(Arrays.copyOfRange(bytes, offset, offset + payload), frame.get().count(), true)
          .orElseThrow(
              () -> corrupt(segment.name, offset, "the entries of this batch do not add up"));
      if (frame.get().next() > size) {
        uncovered.add(segment.name);
        int skipped = (int) Math.max(0, size - next);
        int skippedBytes = entries.offset(skipped);
        consumer.accept(bytes, offset + skippedBytes, payload - skippedBytes);
      }
      next = frame.get().next();
      at = WalFormat.align(offset + payload);
    }
    judgeEnd(segment, at, next, following);
  }

  // One batch is written at a time and the next only after its sync, so only the very last may be torn.
  // That the checkpoint covers more is no matter: its tiles have been checked.
  private void judgeEnd(Segment segment, int at, long next,
      Optional<WalFormat.Header> following) {
    if (following.isPresent() && following.get().first() != next) {
      throw corrupt(segment.name, at,
          "entry " + next + " should be here, since the next segment begins with "
              + following.get().first());
    }
    byte[] bytes = segment.bytes;
    for (int later = at; following.isEmpty()
        && later <= bytes.length - WalFormat.FRAME_HEADER_BYTES; later += WalFormat.ALIGNMENT) {
      if (bytes[later] != 0 && WalFormat.frame(bytes, later, segment.header.salt())
          .filter(frame -> frame.first() >= next)
          .isPresent()) {
        throw corrupt(segment.name, at,
            "entry " + next + " should be here, since a later batch is at byte " + later);
      }
    }
  }

  /**
   * Puts what was replayed on the disk for certain, by writing it again: a writer that was killed, or
   * whose sync failed, may have left it in the system's memory only.
   */
  void makeDurable() throws IOException {
    for (String name : uncovered) {
      byte[] bytes = storage.read(name, MAX_FILE_BYTES)
          .orElseThrow(() -> corrupt(name, -1, "it is missing"));
      try (OpenFile copy = storage.create(Wal.NEW)) {
        copy.write(ByteBuffer.wrap(bytes), 0);
        copy.sync();
      }
      storage.rename(Wal.NEW, name);
    }
    storage.syncDirectory(Wal.DIRECTORY);
  }

  private Segment read(long number) throws IOException {
    String name = Wal.name(number);
    byte[] bytes = storage.read(name, MAX_FILE_BYTES)
        .orElseThrow(() -> corrupt(name, -1, "it is missing"));
    WalFormat.Header header = WalFormat.Header.decode(bytes)
        .orElseThrow(() -> corrupt(name, 0, "it does not begin with a sound segment header"));
    if (bytes.length != header.length()) {
      throw corrupt(name, Math.min(bytes.length, header.length()),
          "it has " + bytes.length + " bytes, wanted " + header.length());
    }
    if (!header.identity().equals(identity)) {
      throw corrupt(name, 40, "it belongs to another log");
    }
    return new Segment(name, bytes, header);
  }

  /** Deletes the segments that were there. */
  void delete() throws IOException {
    for (long number : numbers) {
      storage.delete(Wal.name(number));
    }
  }

  private LogCorruptException corrupt(String file, long offset, String what) {
    return new LogCorruptException(storage.toString(), file, offset, what);
  }
}
