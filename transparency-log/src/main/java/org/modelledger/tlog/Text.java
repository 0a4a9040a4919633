package org.modelledger.tlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Strict readers of the small things that the C2SP text formats share. */
final class Text {

  private Text() {}

  static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional
          .of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Base64 with exact padding, no line breaks and no stray bits, so that each value has one form. */
  static Optional<byte[]> base64(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      return Base64.getEncoder().encodeToString(bytes).equals(text)
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Optional<Hash> hash(String text) {
    return base64(text).filter(b -> b.length == Hash.BYTES).map(Hash::of);
  }

  /** A number from 0 to 2^63 - 1 in ASCII digits without leading zeroes. */
  static Optional<Long> number(String text) {
    if (text.isEmpty() || text.length() > 19 || (text.length() > 1 && text.charAt(0) == '0')) {
      return Optional.empty();
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
        return Optional.empty();
      }
      value = value * 10 + digit;
    }
    return Optional.of(value);
  }

  /** What a note may not contain: control characters besides newline, and halves of characters. */
  static boolean isNoteText(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text)
        && text.chars().allMatch(c -> c >= 0x20 || c == '\n');
  }

  /** c2sp.org/signed-note: a key name is not empty and has no Unicode space and no plus in it. */
  static boolean isKeyName(String name) {
    return !name.isEmpty() && StandardCharsets.UTF_8.newEncoder().canEncode(name)
        && name.codePoints()
            .noneMatch(c -> c == '+' || c < 0x20 || c == 0x85 || Character.isSpaceChar(c)
                || Character.isWhitespace(c));
  }

  /** Says what the system said: often the name of the exception is half of it. */
  static String describe(@Nullable Throwable e) {
    if (e == null) {
      return "unknown";
    }
    String message = e.getMessage();
    return e.getClass() == IOException.class && message != null
        ? message
        : e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  /** Returns the failure with the name of the file, which a failed write or sync does not have. */
  static IOException failed(String file, IOException e) {
    return new IOException(file + ": " + describe(e), e);
  }

  /** Shortens text from outside for a message and makes it printable. */
  static String quote(String text) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    StringBuilder out = new StringBuilder("'");
    shown.chars().forEach(c -> out.append(c < 0x20 || c == 0x7f ? '?' : (char) c));
    return out.append('\'').toString();
  }
}
