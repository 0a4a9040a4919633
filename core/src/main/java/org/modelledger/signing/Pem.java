package org.modelledger.signing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/** The textual encoding of keys (RFC 7468): one block; text before and behind it is not looked at. */
final class Pem {
  private static final int MAX_BYTES = 16 << 10;
  private static final Pattern BLOCK = Pattern
      .compile("(?m)^-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]*)-----END \\1-----\\s*$");

  private Pem() {}

  /** A block, its content still in base64. */
  record Block(String label, String base64) {
    byte[] der() {
      try {
        return Base64.getDecoder().decode(base64);
      } catch (IllegalArgumentException e) {
        // without the cause: its message may quote the key
        throw new ModelFormatException("a PEM file whose " + label + " is not valid base64");
      }
    }

    /** Without the content, which may be a secret. */
    @Override
    public String toString() {
      return "Block[" + label + "]";
    }
  }

  static String encode(String label, byte[] der) {
    // as OpenSSL writes it: the hint in a bundle is a hash of this text
    return "-----BEGIN " + label + "-----\n"
        + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der) + "\n-----END " + label
        + "-----\n";
  }

  /**
   * Reads the only block of a text.
   *
   * @param labels what it may be
   */
  static Block decode(String text, String... labels) {
    List<String> wanted = List.of(labels);
    List<Block> blocks = text.length() > MAX_BYTES ? List.of() : blocks(text);
    if (blocks.size() != 1) {
      throw new ModelFormatException("not a PEM file with one block '-----BEGIN " + wanted.get(0)
          + "-----', but with " + blocks.size());
    }
    Block block = blocks.get(0);
    if (!wanted.contains(block.label)) {
      throw new ModelFormatException("a PEM file with a " + block.label + "; expected a "
          + String.join(" or ", wanted) + hint(block.label));
    }
    return block;
  }

  private static List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      String label = matcher.group(1);
      // OpenSSL writes the name of the curve before a key, which has it again
      if (!label.equals("EC PARAMETERS")) {
        blocks.add(new Block(label, matcher.group(2).replaceAll("\\s", "")));
      }
    }
    return blocks;
  }

  static String read(Path path) {
    try {
      long size = Files.size(path);
      if (size > MAX_BYTES) {
        throw new ModelFormatException(
            path + " has " + size + " bytes, which is too long for a key in PEM");
      }
      return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new StorageException("read the key", path, e);
    }
  }

  private static String hint(String found) {
    return switch (found) {
      case "ENCRYPTED PRIVATE KEY" -> "; decrypt it with 'openssl pkcs8'";
      default -> "";
    };
  }
}
