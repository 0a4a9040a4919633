package org.modelledger.tlog;

import java.security.SecureRandom;
import java.util.List;

/** What {@code config/fuzz} does to requests to a witness. */
public final class AddCheckpointFuzz {
  private AddCheckpointFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      FuzzLog.requireSame(input, AddCheckpoint.parse(input).encoded());
    } catch (ProofException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    NoteSigner signer = NoteSigner.generate("example.com/log", new SecureRandom());
    return List.of(new AddCheckpoint(2, List.of(FuzzLog.leaf(1), FuzzLog.leaf(2)),
        FuzzLog.checkpoint(signer).note()).encoded());
  }
}
