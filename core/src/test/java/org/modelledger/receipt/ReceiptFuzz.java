package org.modelledger.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.modelledger.model.ModelFormatException;

/** What {@code config/fuzz} does to receipts. */
public final class ReceiptFuzz {
  private ReceiptFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      if (!Arrays.equals(input, ReceiptEntry.decode(input).encode())) {
        throw new AssertionError("was read, and is written otherwise");
      }
    } catch (ModelFormatException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    try (InputStream in = Objects
        .requireNonNull(ReceiptFuzz.class.getResourceAsStream("vectors.json"))) {
      for (JsonNode vector : new ObjectMapper().readTree(in).get("valid")) {
        seeds.add(HexFormat.of().parseHex(vector.get("hex").asText()));
      }
    }
    return seeds;
  }
}
