package org.modelledger.signing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/** The textual encoding of keys (RFC 7468): one block, and nothing else in the file. */
final class Pem {
  private static final int MAX_BYTES = 16 << 10;
  private static final Pattern BLOCK = Pattern
      .compile("\\s*-----BEGIN ([A-Z0-9 ]+)-----\\s([A-Za-z0-9+/=\\s]*)-----END \\1-----\\s*");

  private Pem() {}

  static String encode(String label, byte[] der) {
    // as OpenSSL writes it: the hint in a bundle is a hash of this text
    return "-----BEGIN " + label + "-----\n"
        + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der) + "\n-----END " + label
        + "-----\n";
  }

  static byte[] decode(String label, String text) {
    Matcher block = BLOCK.matcher(text);
    if (text.length() > MAX_BYTES || !block.matches()) {
      throw new ModelFormatException(
          "not a PEM file with one block '-----BEGIN " + label + "-----' and nothing else");
    }
    String found = block.group(1);
    if (!found.equals(label)) {
      throw new ModelFormatException("a PEM file with a " + found + "; expected a " + label + hint(
          found));
    }
    try {
      return Base64.getDecoder().decode(block.group(2).replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      // without the cause: its message may quote the key
      throw new ModelFormatException("a PEM file whose " + label + " is not valid base64");
    }
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
      case "EC PRIVATE KEY" -> "; convert it with 'openssl pkcs8 -topk8 -nocrypt'";
      case "ENCRYPTED PRIVATE KEY" -> "; decrypt it with 'openssl pkcs8'";
      default -> "";
    };
  }
}
