package org.modelledger.signing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.modelledger.model.ModelFormatException;

/** What {@code config/fuzz} does to public keys in PEM. */
public final class VerificationKeyFuzz {
  private VerificationKeyFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      var unused = VerificationKey.parse(new String(input, ISO_8859_1)).hint();
    } catch (ModelFormatException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    return List.of(SigningKeys.generate().publicKey().toPem().getBytes(UTF_8));
  }
}
