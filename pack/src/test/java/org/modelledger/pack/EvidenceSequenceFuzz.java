package org.modelledger.pack;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.Salt;
import org.modelledger.model.ModelFormatException;

/** What {@code config/fuzz} does to files with the evidence to many receipts. */
public final class EvidenceSequenceFuzz {
  private static final String NAME = PackLayout.EVIDENCE + "0" + EvidenceFiles.SEQUENCE;

  private EvidenceSequenceFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      var reader = new EvidenceFiles.Reader(List.of(NAME), name -> input);
      var unused = List.of(reader.find(0), reader.find(1), reader.find(1L << 40));
    } catch (ModelFormatException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    Salt salt = Salt.of(new byte[Salt.BYTES]);
    byte[] evidence = new Evidence(salt, salt, Collections.emptySortedMap(), Optional.empty(),
        Optional.empty(), Collections.emptySortedMap()).encode();
    ByteBuffer sequence = ByteBuffer.allocate(2 * (15 + evidence.length));
    for (int index = 0; index < 2; index++) {
      sequence.put((byte) 0x82).put((byte) 0x1b).putLong(index);
      sequence.put((byte) 0x5a).putInt(evidence.length).put(evidence);
    }
    return List.of(sequence.array());
  }
}
