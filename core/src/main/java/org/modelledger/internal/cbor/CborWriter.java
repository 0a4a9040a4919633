package org.modelledger.internal.cbor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Writes CBOR into one array that grows and is used again, in shortest forms and definite lengths (RFC
 * 8949 §4.2.1). The keys of a map of texts are put in order here; the order of all else is the
 * caller's. For one thread.
 */
public final class CborWriter {
  private static final int NUMBER = 0;
  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int ARRAY = 4;
  private static final int MAP = 5;

  private byte[] out;
  private int end;

  /** @param capacity the number of bytes there is room for before it grows */
  public CborWriter(int capacity) {
    out = new byte[capacity];
  }

  /** Forgets what was written; if the array has grown beyond a limit, it is let go of, too. */
  public CborWriter clear(int keptCapacity) {
    end = 0;
    if (out.length > keptCapacity) {
      out = new byte[keptCapacity];
    }
    return this;
  }

  /** Makes sure that so many more bytes go in without growing. */
  public CborWriter expect(int length) {
    if (out.length - end < length) {
      out = Arrays.copyOf(out, Math.addExact(end, length));
    }
    return this;
  }

  /** Returns the array; what was written is in front. Valid until more is written. */
  public byte[] array() {
    return out;
  }

  /** Returns how many bytes were written. */
  public int size() {
    return end;
  }

  /** Returns a copy of what was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(out, end);
  }

  /** Begins a map of so many pairs. */
  public CborWriter map(int pairs) {
    return head(MAP, pairs);
  }

  /** Begins an array of so many items. */
  public CborWriter array(int items) {
    return head(ARRAY, items);
  }

  /** Writes a number from 0. */
  public CborWriter number(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("not a number from 0: " + value);
    }
    return head(NUMBER, value);
  }

  /** Writes a text. */
  public CborWriter text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return head(TEXT, utf8.length).raw(utf8, 0, utf8.length);
  }

  /** Writes a byte string. */
  public CborWriter bytes(byte[] value) {
    return bytesOf(value.length).raw(value, 0, value.length);
  }

  /** Begins a byte string of so many bytes, which the caller writes next. */
  public CborWriter bytesOf(int length) {
    return head(BYTES, length);
  }

  /** Writes a map whose keys are texts, in the order of their encodings. */
  public <T> CborWriter map(Map<String, T> items, BiConsumer<CborWriter, T> value) {
    List<Map.Entry<byte[], T>> sorted = new ArrayList<>(items.size());
    items.forEach((key, item) -> sorted.add(Map.entry(key.getBytes(StandardCharsets.UTF_8), item)));
    sorted.sort(Map.Entry.comparingByKey(CborMap.KEY_ORDER));
    var unused = map(items.size());
    for (Map.Entry<byte[], T> entry : sorted) {
      byte[] key = entry.getKey();
      var unusedToo = head(TEXT, key.length).raw(key, 0, key.length);
      value.accept(this, entry.getValue());
    }
    return this;
  }

  /** Writes bytes as they are. */
  public CborWriter raw(byte[] bytes, int offset, int length) {
    int at = room(length); // may move the array
    System.arraycopy(bytes, offset, out, at, length);
    return this;
  }

  /** Writes a byte as it is. */
  public CborWriter one(byte value) {
    int at = room(1); // may move the array
    out[at] = value;
    return this;
  }

  /** Makes room for so many bytes at the end, and returns where it begins. */
  public int room(int length) {
    int start = end;
    int needed = Math.addExact(end, length);
    if (needed > out.length) {
      int doubled = (int) Math.min(Integer.MAX_VALUE - 8, 2L * out.length);
      out = Arrays.copyOf(out, Math.max(needed, doubled));
    }
    end = needed;
    return start;
  }

  // RFC 8949 §3: the major type and the argument in as few bytes as it takes
  private CborWriter head(int major, long argument) {
    int type = major << 5;
    if (argument < 24) {
      return one((byte) (type | argument));
    }
    int width = argument < 1L << 8 ? 1 : argument < 1L << 16 ? 2 : argument < 1L << 32 ? 4 : 8;
    int at = room(1 + width); // may move the array
    out[at] = (byte) (type | 24 + Integer.numberOfTrailingZeros(width));
    for (int i = 1; i <= width; i++) {
      out[at + i] = (byte) (argument >>> 8 * (width - i));
    }
    return this;
  }
}
