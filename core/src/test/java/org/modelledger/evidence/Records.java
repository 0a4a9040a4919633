package org.modelledger.evidence;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.MerkleTree;

/** Evidence for the tests of this package. */
final class Records {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Records() {}

  static Hash leaf(long index) {
    return MerkleTree.leafHash(("receipt " + index).getBytes(StandardCharsets.UTF_8));
  }

  static Evidence evidence(long index) {
    TreeMap<String, Salt> salts = new TreeMap<>();
    salts.put("case", Salt.random(RANDOM));
    return new Evidence(Salt.random(RANDOM), Salt.random(RANDOM), salts,
        Optional.of(Tensors.of("x", Tensor.of(new float[]{index, 1}, 1, 2))), Optional.empty(),
        Collections.emptySortedMap());
  }

  static Evidence append(EvidenceStore open, long index) {
    return append(open, index, Collections.emptySortedMap());
  }

  static Evidence append(EvidenceStore open, long index, SortedMap<String, String> subjects) {
    Evidence evidence = evidence(index);
    EvidenceBatch batch = open.newBatch().begin(index);
    batch.add(leaf(index), evidence, subjects);
    open.append(batch);
    open.sync();
    return evidence;
  }

  static SortedMap<String, String> subject(String attribute, String value) {
    TreeMap<String, String> subject = new TreeMap<>();
    subject.put(attribute, value);
    return subject;
  }
}
