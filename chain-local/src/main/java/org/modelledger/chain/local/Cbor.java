package org.modelledger.chain.local;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.AccountId;

/**
 * The part of deterministic CBOR (RFC 8949 §4.2.1) that the ledger uses: shortest heads, definite
 * lengths. Maps are written by hand, with their keys in order.
 */
final class Cbor {
  // A factory is immutable once it is made.
  private static final CBORFactory FACTORY = new CBORFactory();

  private Cbor() {}

  /** Writes items into a generator. */
  @FunctionalInterface
  interface Items {
    void write(Writer out) throws IOException;
  }

  /** Reads an item from a reader. */
  @FunctionalInterface
  interface Item<T> {
    T read(Reader in) throws IOException, MalformedEntryException;
  }

  static byte[] encode(Items items) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (CBORGenerator generator = FACTORY.createGenerator(bytes)) {
      items.write(new Writer(generator));
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory takes every byte", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads one item that takes all the bytes.
   *
   * @throws MalformedEntryException if it is not CBOR, or not such an item; says at which byte
   */
  static <T> T decode(byte[] bytes, Item<T> item) throws MalformedEntryException {
    try (Reader reader = new Reader(FACTORY.createParser(bytes))) {
      T value = item.read(reader);
      reader.requireEnd();
      return value;
    } catch (IOException e) {
      throw new MalformedEntryException("not CBOR: " + e.getMessage(), e);
    }
  }

  /** Writes what {@link Reader} reads. */
  static final class Writer {
    private final CBORGenerator out;

    private Writer(CBORGenerator out) {
      this.out = out;
    }

    @SuppressWarnings("deprecation") // a tag has no other method
    Writer tag(int tag) throws IOException {
      out.writeTag(tag);
      return this;
    }

    /** Begins an array of so many items, which {@link #end()} ends. */
    Writer array(int items) throws IOException {
      out.writeStartArray(null, items);
      return this;
    }

    Writer end() throws IOException {
      out.writeEndArray();
      return this;
    }

    Writer emptyMap() throws IOException {
      out.writeStartObject(null, 0);
      out.writeEndObject();
      return this;
    }

    /** Writes a map of two integer keys, the first less than the second and neither negative. */
    Writer map(long key1, long value1, long key2, byte[] value2) throws IOException {
      out.writeStartObject(null, 2);
      out.writeFieldId(key1);
      out.writeNumber(value1);
      out.writeFieldId(key2);
      out.writeBinary(value2);
      out.writeEndObject();
      return this;
    }

    Writer integer(long value) throws IOException {
      out.writeNumber(value);
      return this;
    }

    Writer bytes(byte[] value) throws IOException {
      out.writeBinary(value);
      return this;
    }

    Writer text(String value) throws IOException {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      out.writeUTF8String(utf8, 0, utf8.length);
      return this;
    }

    Writer nothing() throws IOException {
      out.writeNull();
      return this;
    }
  }

  /**
   * Reads items, lenient about their form: whoever uses it encodes the result again and compares.
   */
  static final class Reader implements Closeable {
    private final CBORParser in;

    private Reader(CBORParser in) {
      this.in = in;
    }

    void array(String what) throws IOException, MalformedEntryException {
      JsonToken token = in.nextToken();
      if (token != JsonToken.START_ARRAY) {
        throw wanted(what, "an array", token);
      }
    }

    void taggedArray(String what, int tag) throws IOException, MalformedEntryException {
      array(what);
      if (in.getCurrentTag() != tag) {
        throw new MalformedEntryException(what + " does not have the tag " + tag);
      }
    }

    void endArray(String what) throws IOException, MalformedEntryException {
      JsonToken token = in.nextToken();
      if (token != JsonToken.END_ARRAY) {
        throw wanted(what, "no more items", token);
      }
    }

    void emptyMap(String what) throws IOException, MalformedEntryException {
      JsonToken token = in.nextToken();
      if (token != JsonToken.START_OBJECT || in.nextToken() != JsonToken.END_OBJECT) {
        throw wanted(what, "an empty map", token);
      }
    }

    /** Returns an integer from 0 to 2^63 - 1. */
    long unsigned(String what) throws IOException, MalformedEntryException {
      JsonToken token = in.nextToken();
      if (token != JsonToken.VALUE_NUMBER_INT) {
        throw wanted(what, "a whole number", token);
      }
      long value = in.getLongValue();
      if (value < 0) {
        throw new MalformedEntryException(what + " is " + value + ", wanted 0 or more");
      }
      return value;
    }

    byte[] bytes(String what, int length) throws IOException, MalformedEntryException {
      byte[] value = bytes(what);
      if (value.length != length) {
        throw new MalformedEntryException(
            what + " has " + value.length + " bytes, wanted " + length);
      }
      return value;
    }

    byte[] bytes(String what) throws IOException, MalformedEntryException {
      JsonToken token = in.nextToken();
      if (token != JsonToken.VALUE_EMBEDDED_OBJECT) {
        throw wanted(what, "a byte string", token);
      }
      return in.getBinaryValue();
    }

    String text(String what) throws IOException, MalformedEntryException {
      JsonToken token = in.nextToken();
      if (token != JsonToken.VALUE_STRING) {
        throw wanted(what, "text", token);
      }
      return in.getText();
    }

    /** Reads null, a number or text. */
    Assigned assigned(String what) throws IOException, MalformedEntryException {
      JsonToken token = in.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        return Assigned.NOTHING;
      }
      if (token == JsonToken.VALUE_NUMBER_INT) {
        return new Assigned.Version(in.getLongValue());
      }
      if (token == JsonToken.VALUE_STRING) {
        return new Assigned.PreviousOwner(AccountId.of(in.getText()));
      }
      throw wanted(what, "null, a number or text", token);
    }

    void requireEnd() throws IOException, MalformedEntryException {
      if (in.nextToken() != null) {
        throw new MalformedEntryException("there are bytes after the end");
      }
    }

    private static MalformedEntryException wanted(String what, String wanted,
        @Nullable JsonToken token) {
      String found = token == null ? "cut off" : describe(token);
      return new MalformedEntryException(what + " is " + found + ", wanted " + wanted);
    }

    private static String describe(JsonToken token) {
      return switch (token) {
        case START_ARRAY -> "an array";
        case START_OBJECT -> "a map";
        case VALUE_EMBEDDED_OBJECT -> "a byte string";
        case VALUE_STRING -> "text";
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
        case END_ARRAY, END_OBJECT -> "missing";
        default -> "something else";
      };
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  static void requireSame(byte[] bytes, byte[] canonical, String what)
      throws MalformedEntryException {
    int at = Arrays.mismatch(bytes, canonical);
    if (at >= 0) {
      throw new MalformedEntryException(what + " is not in deterministic CBOR (RFC 8949 section"
          + " 4.2.1): it differs from byte " + at);
    }
  }
}
