package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.function.Function;
import org.modelledger.chain.fabric.protocol.MalformedInputException;

/** Values of the state. One that cannot be read is nobody's bad input: the transaction fails. */
final class Stored {
  private Stored() {}

  /**
   * Reads a value.
   *
   * @throws IllegalStateException if it is not what this release or an older one has written
   */
  static <T> T read(byte[] value, Function<byte[], T> reader) {
    try {
      return reader.apply(value);
    } catch (MalformedInputException e) {
      throw new IllegalStateException(
          "the state has a value that this release cannot read: " + e.getMessage(), e);
    }
  }

  static byte[] number(long number) {
    return Long.toString(number).getBytes(US_ASCII);
  }

  /** @throws IllegalStateException if it is no number */
  static long number(byte[] value) {
    String text = new String(value, US_ASCII);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "the state has the value '" + text + "' that this release cannot read as a number", e);
    }
  }
}
