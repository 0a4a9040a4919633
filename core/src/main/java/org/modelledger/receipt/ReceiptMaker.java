package org.modelledger.receipt;

import java.security.DigestException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceBatch;
import org.modelledger.evidence.Retention;
import org.modelledger.evidence.Salt;
import org.modelledger.inference.Tensors;
import org.modelledger.internal.cbor.CborWriter;
import org.modelledger.internal.secret.RandomBytes;
import org.modelledger.model.Digest;
import org.modelledger.tlog.Hash;

/**
 * Makes receipts of what was recorded: draws the salts, computes the commitments, encodes the leaf and
 * encrypts the evidence. Keeps its digest and buffers, so it belongs to one thread.
 */
final class ReceiptMaker {
  private static final int LEAF_BYTES = 1 << 16;

  private final Retention retention;
  private final Set<String> subjects;
  private final RandomBytes random = new RandomBytes();
  private final MessageDigest sha256 = Digest.sha256();
  private final CborWriter leaf = new CborWriter(1024);
  private final byte[] hash = new byte[Hash.BYTES];

  /** @param subjects the names of the attributes that evidence is filed by */
  ReceiptMaker(Retention retention, Set<String> subjects) {
    this.retention = retention;
    this.subjects = subjects;
  }

  /** Returns the leaf of a receipt and adds the evidence to it. */
  byte[] make(Recording recording, EvidenceBatch evidence) {
    SortedMap<String, String> attributes = recording.attributes();
    Salt inputSalt = salt();
    Salt outputSalt = salt();
    recording.session()
        .template()
        .begin(leaf.clear(LEAF_BYTES), recording.sequence(), micros(recording.time()),
            !attributes.isEmpty());
    commit(ReceiptCodec.INPUT, recording.inputs(), inputSalt);
    commit(ReceiptCodec.OUTPUT, recording.outputs(), outputSalt);
    SortedMap<String, Salt> salts = Collections.emptySortedMap();
    if (!attributes.isEmpty()) {
      salts = new TreeMap<>();
      TreeMap<String, byte[]> commitments = new TreeMap<>();
      for (Map.Entry<String, String> attribute : attributes.entrySet()) {
        Salt salt = salt();
        salts.put(attribute.getKey(), salt);
        commitments.put(attribute.getKey(),
            Commitment.to(attribute.getValue(), salt).digest().bytes());
      }
      var unused = leaf.number(ReceiptCodec.ATTRIBUTES).map(commitments, CborWriter::bytes);
    }
    recording.session().template().end(leaf);
    boolean full = retention == Retention.FULL;
    evidence.add(leafHash(leaf.array(), leaf.size()),
        new Evidence(inputSalt, outputSalt, salts,
            retention == Retention.SALTS ? Optional.empty() : Optional.of(recording.inputs()),
            full ? Optional.of(recording.outputs()) : Optional.empty(),
            full ? attributes : Collections.emptySortedMap()),
        subjectsOf(attributes));
    return leaf.toByteArray();
  }

  private SortedMap<String, String> subjectsOf(SortedMap<String, String> attributes) {
    if (subjects.isEmpty() || attributes.isEmpty()) {
      return Collections.emptySortedMap();
    }
    TreeMap<String, String> filed = new TreeMap<>(attributes);
    var unused = filed.keySet().retainAll(subjects);
    return filed;
  }

  /** Returns the leaf of a gap and notes that there is no evidence to it. */
  byte[] make(Gap gap, EvidenceBatch evidence) {
    byte[] encoded = gap.encode();
    evidence.addNone(leafHash(encoded, encoded.length));
    return encoded;
  }

  private Salt salt() {
    return Salt.of(random.next(Salt.BYTES));
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private void commit(int key, Tensors tensors, Salt salt) {
    salt.update(sha256);
    var unused = tensors.updateCanonical(sha256);
    int at = leaf.number(key).bytesOf(Digest.BYTES).room(Digest.BYTES);
    finish(leaf.array(), at);
  }

  // RFC 6962 §2.1: the hash of a leaf is SHA-256(0x00 || entry)
  private Hash leafHash(byte[] entry, int length) {
    sha256.update((byte) 0);
    sha256.update(entry, 0, length);
    finish(hash, 0);
    return Hash.of(hash);
  }

  private void finish(byte[] out, int at) {
    try {
      var unused = sha256.digest(out, at, Digest.BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("32 bytes are enough for SHA-256", e);
    }
  }
}
