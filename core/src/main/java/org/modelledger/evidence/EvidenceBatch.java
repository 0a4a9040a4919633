package org.modelledger.evidence;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.modelledger.internal.cbor.CborWriter;
import org.modelledger.internal.secret.RandomBytes;
import org.modelledger.tlog.Hash;

/**
 * The evidence to entries in a row, encrypted and ready to be added to its store in one write. Made by
 * {@link EvidenceStore#newBatch()} and used again and again: {@link #begin}, {@link #add} for each entry,
 * {@link EvidenceStore#append(EvidenceBatch)}. For one thread at a time; different batches can be filled
 * by different threads at once, and are added in the order in which they were begun.
 */
public final class EvidenceBatch {
  /** Under how many subjects evidence to one receipt can be filed. */
  public static final int MAX_SUBJECTS = 32;

  private static final int KEPT_BYTES = 1 << 22;
  private static final byte[] NO_TAGS = new byte[0];

  private final EvidenceStore store;
  private final RecordSealer sealer = new RecordSealer(new RandomBytes());
  private final CborWriter plain = new CborWriter(1024);
  private final CborWriter records = new CborWriter(1 << 16);
  private int[] lengths = new int[64];
  private int count;
  private long firstIndex;
  private @Nullable SegmentKey key;

  EvidenceBatch(EvidenceStore store) {
    this.store = store;
  }

  /**
   * Empties the batch and lets it begin with an index.
   *
   * @throws org.modelledger.encryption.KeyUnavailableException if a new key is due and cannot be wrapped
   */
  public EvidenceBatch begin(long index) {
    key = store.keyFor(index);
    firstIndex = index;
    count = 0;
    var unused = records.clear(KEPT_BYTES);
    return this;
  }

  /** Returns how many entries were added. */
  public int count() {
    return count;
  }

  /**
   * Adds the evidence to the next receipt, filed under no subject.
   *
   * @param leaf the receipt's leaf hash
   * @throws IllegalArgumentException if the evidence is longer than 1 GiB
   */
  public void add(Hash leaf, Evidence evidence) {
    add(leaf, evidence, Collections.emptySortedMap());
  }

  /**
   * Adds the evidence to the next receipt.
   *
   * @param leaf the receipt's leaf hash
   * @param subjects what {@link EvidenceStore#eraseSubject} finds it by: attributes and their values; not
   *     retained, and not on the disk but as a keyed hash. At most {@value #MAX_SUBJECTS}
   * @throws IllegalArgumentException if the evidence is longer than 1 GiB, or there are more subjects
   * @throws org.modelledger.encryption.KeyUnavailableException if the key of that hash cannot be had
   */
  public void add(Hash leaf, Evidence evidence, SortedMap<String, String> subjects) {
    if (subjects.size() > MAX_SUBJECTS) {
      throw new IllegalArgumentException("evidence is filed under at most " + MAX_SUBJECTS
          + " subjects, not " + subjects.size());
    }
    long expected = EvidenceCodec.length(evidence);
    if (expected > EvidenceStore.MAX_BODY_BYTES) {
      throw new IllegalArgumentException("evidence of " + expected + " bytes is too long; at most "
          + EvidenceStore.MAX_BODY_BYTES + " are kept");
    }
    EvidenceCodec.write(evidence, plain.clear(KEPT_BYTES).expect((int) expected));
    int length = plain.size();
    int body = length + RecordSealer.TAG_BYTES;
    long index = firstIndex + count;
    byte[] tags = tags(subjects);
    int at = header(RecordHeader.STATE_KEPT, RecordSealer.WRAPPED_BYTES + tags.length, body, index,
        leaf);
    try {
      sealer.seal(key(), index, leaf, tags, plain.array(), length, records.array(), at);
    } catch (GeneralSecurityException e) {
      throw new EvidenceException("the evidence to receipt " + index + " cannot be encrypted", e);
    }
    Arrays.fill(plain.array(), 0, length, (byte) 0);
  }

  private byte[] tags(SortedMap<String, String> subjects) {
    if (subjects.isEmpty()) {
      return NO_TAGS;
    }
    SubjectKey subjectKey = store.subjectKey();
    byte[] tags = new byte[subjects.size() * SubjectKey.TAG_BYTES];
    int at = 0;
    for (Map.Entry<String, String> subject : subjects.entrySet()) {
      byte[] tag = subjectKey.tag(subject.getKey(), subject.getValue());
      System.arraycopy(tag, 0, tags, at, tag.length);
      at += tag.length;
    }
    return tags;
  }

  /** Notes that there is no evidence to the next entry, because it is no receipt. */
  public void addNone(Hash leaf) {
    var unused = header(RecordHeader.STATE_NONE, 0, 0, firstIndex + count, leaf);
  }

  /** Writes what stands before the wrapped key; returns where that one goes. */
  private int header(byte state, int keyLength, int bodyLength, long index, Hash leaf) {
    RecordHeader header = new RecordHeader(bodyLength, keyLength, index, leaf);
    int length = Math.toIntExact(header.recordLength());
    int at = records.room(length);
    header.put(ByteBuffer.wrap(records.array(), at, RecordHeader.BYTES));
    records.array()[at + RecordHeader.BYTES] = state;
    if (count == lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    lengths[count++] = length;
    key().sealed(length);
    return at + RecordHeader.BYTES + 1;
  }

  EvidenceStore store() {
    return store;
  }

  SegmentKey key() {
    return Objects.requireNonNull(key, "begin comes first");
  }

  long firstIndex() {
    return firstIndex;
  }

  int length(int record) {
    return lengths[record];
  }

  ByteBuffer bytes() {
    return ByteBuffer.wrap(records.array(), 0, records.size());
  }
}
