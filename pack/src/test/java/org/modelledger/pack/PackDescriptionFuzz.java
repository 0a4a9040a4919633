package org.modelledger.pack;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;

/** What {@code config/fuzz} does to what a pack says of itself. */
public final class PackDescriptionFuzz {
  private PackDescriptionFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    PackDescription read;
    try {
      read = DescriptionJson.read(input);
    } catch (PackFormatException e) {
      return; // that is the answer to what is none
    }
    if (!read.equals(DescriptionJson.read(DescriptionJson.write(read)))) {
      throw new AssertionError("was read, and is written otherwise: " + read);
    }
  }

  public static List<byte[]> seeds() {
    Digest some = Digest.sha256(new byte[0]);
    PackedVersion version = new PackedVersion(ModelVersionId.parse("acme/points:1"), some, some,
        true);
    Instant time = Instant.parse("2026-11-27T10:00:00Z");
    return List.of(
        DescriptionJson.write(new PackDescription("local:x", Optional.empty(), time, "x", 20,
            List.of(new IndexRange(0, 3), new IndexRange(7, 8)), false, true, Disclosure.ALL,
            List.of(version))),
        DescriptionJson.write(new PackDescription("eip155:1", Optional.empty(), time, "x", 5000,
            List.of(new IndexRange(0, 5000)), true, false, Disclosure.NOTHING, List.of())));
  }
}
