package org.modelledger.signing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.VerificationException;

/** What {@code config/fuzz} does to signed statements, whatever they say. */
public final class DsseEnvelopeFuzz {
  private static final SigningKeys KEYS = SigningKeys.generate();
  private static final String TYPE = "application/vnd.in-toto+json";

  private DsseEnvelopeFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      var unused = DsseEnvelope.parse(input).verify(TYPE, KEYS.publicKey());
    } catch (ModelFormatException | VerificationException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    return List.of(DsseEnvelope.sign(TYPE, "{}".getBytes(UTF_8), "key", KEYS).toJson());
  }
}
