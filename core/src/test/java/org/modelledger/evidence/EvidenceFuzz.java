package org.modelledger.evidence;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFormatException;

/** What {@code config/fuzz} does to evidence that is handed over, and to the tensors in it. */
public final class EvidenceFuzz {
  private EvidenceFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      if (!Arrays.equals(input, Evidence.decode(input).encode())) {
        throw new AssertionError("was read, and is written otherwise");
      }
    } catch (ModelFormatException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    Salt salt = Salt.of(new byte[Salt.BYTES]);
    Evidence salts = new Evidence(salt, salt, new TreeMap<>(Map.of("case", salt)),
        Optional.empty(), Optional.empty(), new TreeMap<>(Map.of("case", "4711")));
    return List.of(salts.encode(),
        salts.withInputs(Tensors.of("x", Tensor.of(new float[]{1, 2}, 1, 2)))
            .withOutputs(Tensors.of("y", Tensor.ofStrings(List.of("yes"), 1)))
            .encode());
  }
}
