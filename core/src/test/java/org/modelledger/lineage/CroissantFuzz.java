package org.modelledger.lineage;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.modelledger.model.ModelFormatException;

/** What {@code config/fuzz} does to descriptions of data sets. */
public final class CroissantFuzz {
  private CroissantFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      var unused = Croissant.read(input);
    } catch (ModelFormatException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() throws IOException {
    try (InputStream in = Objects
        .requireNonNull(CroissantFuzz.class.getResourceAsStream("croissant.json"))) {
      return List.of(in.readAllBytes());
    }
  }
}
