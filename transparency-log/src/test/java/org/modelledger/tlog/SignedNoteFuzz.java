package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.List;

/** What {@code config/fuzz} does to signed notes, and to the checkpoints in them. */
public final class SignedNoteFuzz {
  private SignedNoteFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      SignedNote note = SignedNote.parse(input);
      FuzzLog.requireSame(input, note.encoded().getBytes(UTF_8));
      Checkpoint checkpoint = Checkpoint.parse(note.text());
      FuzzLog.requireSame(note.text().getBytes(UTF_8), checkpoint.text().getBytes(UTF_8));
    } catch (ProofException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    NoteSigner signer = NoteSigner.generate("example.com/log", new SecureRandom());
    return List.of(FuzzLog.checkpoint(signer).note().encoded().getBytes(UTF_8));
  }
}
