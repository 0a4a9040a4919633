package org.modelledger.receipt;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import org.modelledger.internal.cbor.CborWriter;
import org.modelledger.model.Digest;

/**
 * The receipts of one session as deterministic CBOR. What is the same in all of them is encoded once, by
 * {@link ReceiptCodec}, and only what differs is written anew. Immutable.
 */
final class ReceiptTemplate {
  private static final Commitment NOTHING = new Commitment(Digest.of(new byte[Digest.BYTES]));
  /** Behind the head of the map: schema, kind, session, and the key of the sequence. */
  private static final int FRONT_BYTES = 2 + 2 + 2 + SessionId.BYTES + 1;
  /** A key, the head of a string of 32 bytes, and the string. */
  private static final int COMMITMENT_BYTES = 3 + Digest.BYTES;

  private final byte[] front;
  private final byte[] middle;
  private final int threads;

  /** @param session gives what all receipts of a session have in common */
  ReceiptTemplate(ReceiptSession session) {
    // the number 0 takes one byte, so it is known where what differs begins and ends
    Receipt receipt = session.receipt(0, Instant.EPOCH, NOTHING, NOTHING,
        Collections.emptySortedMap());
    byte[] example = ReceiptCodec.encode(receipt);
    front = Arrays.copyOfRange(example, 1, 1 + FRONT_BYTES);
    threads = receipt.engine().threads();
    middle = Arrays.copyOfRange(example, 1 + FRONT_BYTES + 3,
        example.length - 2 * COMMITMENT_BYTES - threadsBytes());
  }

  /** Writes a receipt up to its commitments. */
  void begin(CborWriter out, long sequence, long micros, boolean hasAttributes) {
    var unused = out.map(hasAttributes ? ReceiptCodec.FIELDS + 1 : ReceiptCodec.FIELDS)
        .raw(front, 0, front.length)
        .number(sequence)
        .number(ReceiptCodec.TIME)
        .number(micros)
        .raw(middle, 0, middle.length);
  }

  /** Writes what comes behind the commitments and the attributes. */
  void end(CborWriter out) {
    var unused = out.number(ReceiptCodec.THREADS).number(threads);
  }

  private int threadsBytes() {
    CborWriter out = new CborWriter(16);
    end(out);
    return out.size();
  }
}
