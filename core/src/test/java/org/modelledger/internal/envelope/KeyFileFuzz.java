package org.modelledger.internal.envelope;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.modelledger.model.ModelFormatException;

/** What {@code config/fuzz} does to files that hold a wrapped key. */
public final class KeyFileFuzz {
  private static final Path PATH = Path.of("1.key");

  private KeyFileFuzz() {}

  /** As it is, and with the check sum made right, since no fuzzer finds one. */
  public static void fuzzerTestOneInput(byte[] input) {
    read(input);
    if (input.length > Integer.BYTES) {
      CRC32C crc = new CRC32C();
      int checked = input.length - Integer.BYTES;
      crc.update(input, 0, checked);
      read(ByteBuffer.wrap(input.clone()).putInt(checked, (int) crc.getValue()).array());
    }
  }

  private static void read(byte[] input) {
    try {
      if (!Arrays.equals(input, KeyFile.decode(PATH, input).encode())) {
        throw new AssertionError("was read, and is written otherwise");
      }
    } catch (ModelFormatException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    return List.of(
        new KeyFile(1, 0, new WrappedKey("local:1-9f2c33aa", new byte[60])).encode(),
        new KeyFile(4711, 65, new WrappedKey("acme-kms://scoring", new byte[]{1})).encode());
  }
}
