package org.modelledger.tlog;

import java.util.Arrays;

/** What the fuzz targets of this room share. */
final class FuzzLog {
  private static final int SIZE = 5;

  private FuzzLog() {}

  /** Where a text has one form only, what was read is what is written. */
  static void requireSame(byte[] read, byte[] written) {
    if (!Arrays.equals(read, written)) {
      throw new AssertionError("was read, and is written otherwise");
    }
  }

  /** Returns a checkpoint of five entries; the hash of the last one is in every proof of it. */
  static SignedCheckpoint checkpoint(NoteSigner signer) {
    try {
      SignedNote note = signer.sign(new Checkpoint(signer.verifier().name(), SIZE, root()).text());
      return SignedCheckpoint.of(note, signer.verifier());
    } catch (ProofException e) {
      throw new IllegalStateException(e);
    }
  }

  static Hash leaf(int index) {
    return MerkleTree.leafHash(new byte[]{(byte) index});
  }

  private static Hash root() {
    Hash left = MerkleTree.nodeHash(MerkleTree.nodeHash(leaf(0), leaf(1)),
        MerkleTree.nodeHash(leaf(2), leaf(3)));
    return MerkleTree.nodeHash(left, leaf(SIZE - 1));
  }
}
