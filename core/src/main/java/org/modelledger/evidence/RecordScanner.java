package org.modelledger.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Goes from one record of a file to the next; small ones are read many at a time. For one thread. */
final class RecordScanner {
  private static final int BUFFER = 1 << 14;

  private final Segment segment;
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private long bufferAt;
  private long position;

  RecordScanner(Segment segment, long position) {
    this.segment = segment;
    this.position = position;
  }

  /** Returns where the next record begins. */
  long position() {
    return position;
  }

  /** Says whether there is nothing more. */
  boolean atEnd() {
    return position == segment.end();
  }

  /** Says whether what is here is the beginning of a record, whose end was not written or not yet. */
  boolean isCutOff() throws IOException {
    long left = segment.end() - position;
    return left <= RecordHeader.BYTES
        || RecordHeader.get(segment.read(position, RecordHeader.BYTES)) != null;
  }

  /** Returns the header of the record here; null if there is no whole record. */
  @Nullable
  RecordHeader peek() throws IOException {
    if (segment.end() - position <= RecordHeader.BYTES) {
      return null;
    }
    if (position < bufferAt || position + RecordHeader.BYTES > bufferAt + buffer.limit()) {
      bufferAt = position;
      buffer = segment.read(position, (int) Math.min(BUFFER, segment.end() - position));
    }
    RecordHeader header = RecordHeader.get(buffer.position((int) (position - bufferAt)));
    return header != null && position + header.recordLength() <= segment.end() ? header : null;
  }

  /** Goes to the record after this one. */
  void skip(RecordHeader header) {
    position += header.recordLength();
  }
}
