package org.modelledger.evidence;

import java.io.IOException;
import java.util.Optional;
import org.modelledger.encryption.LocalKeys;

/** Files of version 1, whose records' keys were wrapped by the store's own key. */
final class Version1 {
  private Version1() {}

  /** Returns the key that a file needs as long as it has a record that was not erased. */
  static Optional<String> keyOf(Segment segment) throws IOException {
    RecordScanner scanner = new RecordScanner(segment, segment.start());
    for (RecordHeader header = scanner.peek(); header != null; header = scanner.peek()) {
      if (EvidenceStore.state(segment, scanner.position()) == RecordHeader.STATE_KEPT) {
        return Optional.of(LocalKeys.firstKeyOf(segment.readBytes(
            scanner.position() + RecordHeader.BYTES + 1, header.keyLength())));
      }
      scanner.skip(header);
    }
    return Optional.empty();
  }
}
