package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.List;

/** What {@code config/fuzz} does to policies of witnesses. */
public final class WitnessPolicyFuzz {
  private WitnessPolicyFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      var unused = WitnessPolicy.parse(input).witnesses();
    } catch (IllegalArgumentException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    NoteSigner log = NoteSigner.generate("example.com/log", new SecureRandom());
    CosignatureSigner one = CosignatureSigner.generate("example.com/one", new SecureRandom());
    return List.of(("log " + log.verifier() + "\nwitness one " + one.verifier()
        + " https://example.com/one\ngroup all all one\nquorum all\n").getBytes(UTF_8),
        ("log " + log.verifier() + "\nquorum none\n").getBytes(UTF_8));
  }
}
