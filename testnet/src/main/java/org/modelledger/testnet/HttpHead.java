package org.modelledger.testnet;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The lines before the body of an HTTP/1.1 message: the first one, and the headers. */
record HttpHead(List<String> lines) {
  private static final int LIMIT = 64 << 10;

  /** Reads to the empty line; empty if the stream ends before it begins. */
  static Optional<HttpHead> read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n", Math.max(0, text.length() - 4)) < 0) {
      int next = in.read();
      if (next < 0) {
        if (text.isEmpty()) {
          return Optional.empty();
        }
        throw new EOFException("the connection ended within a head");
      }
      text.append((char) next); // ISO 8859-1
      if (text.length() > LIMIT) {
        throw new IOException("a head of more than " + LIMIT + " bytes");
      }
    }
    return Optional.of(new HttpHead(text.toString().strip().lines().toList()));
  }

  Optional<String> header(String name) {
    String prefix = name.toLowerCase(Locale.ROOT) + ":";
    return lines.stream()
        .skip(1)
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .findFirst();
  }

  boolean isUpgradeToWebSocket() {
    return header("upgrade").map(value -> value.equalsIgnoreCase("websocket")).orElse(false);
  }

  HttpHead without(String name) {
    String prefix = name.toLowerCase(Locale.ROOT) + ":";
    return new HttpHead(
        lines.stream().filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(prefix)).toList());
  }

  byte[] bytes() {
    return lines.stream()
        .collect(Collectors.joining("\r\n", "", "\r\n\r\n"))
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
