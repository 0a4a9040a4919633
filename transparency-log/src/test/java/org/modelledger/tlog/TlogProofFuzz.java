package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** What {@code config/fuzz} does to proofs that are handed over. */
public final class TlogProofFuzz {
  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final Hash LEAF = FuzzLog.leaf(4);

  private TlogProofFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      TlogProof proof = TlogProof.parse(input);
      FuzzLog.requireSame(input, proof.text().getBytes(UTF_8));
      var unused = proof.extraBytes();
      unused = Optional.of(proof.verify(LEAF, List.of(SIGNER.verifier())).root().toByteArray());
    } catch (ProofException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    Hash left = MerkleTree.nodeHash(MerkleTree.nodeHash(FuzzLog.leaf(0), FuzzLog.leaf(1)),
        MerkleTree.nodeHash(FuzzLog.leaf(2), FuzzLog.leaf(3)));
    TlogProof proof = TlogProof.of(new InclusionProof(4, 5, List.of(left)),
        FuzzLog.checkpoint(SIGNER));
    return List.of(proof.text().getBytes(UTF_8),
        proof.withExtra(new byte[]{1, 2, 3}).text().getBytes(UTF_8));
  }
}
