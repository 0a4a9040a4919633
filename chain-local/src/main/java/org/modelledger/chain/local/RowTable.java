package org.modelledger.chain.local;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Rows of as many bytes each, that are added and never change. They lie in large blocks, so that a
 * million of them cost no objects and growing copies none. One thread at a time may add; another may
 * read the rows there were when it took a {@link #prefix}.
 */
final class RowTable {
  private static final int ROWS_IN_BLOCK = 1 << 12;

  private final int width;
  private ByteBuffer[] blocks = new ByteBuffer[0];
  private int size;

  /** @param width bytes in a row */
  RowTable(int width) {
    this.width = width;
  }

  int size() {
    return size;
  }

  /** Adds a row. */
  void add(byte[] row) {
    int block = size / ROWS_IN_BLOCK;
    if (block == blocks.length) {
      ByteBuffer[] more = Arrays.copyOf(blocks, block + 1);
      more[block] = ByteBuffer.allocate(ROWS_IN_BLOCK * width);
      blocks = more;
    }
    blocks[block].put(offset(size), row, 0, width);
    size++;
  }

  private int offset(int row) {
    return row % ROWS_IN_BLOCK * width;
  }

  int getInt(int row, int at) {
    return blocks[row / ROWS_IN_BLOCK].getInt(offset(row) + at);
  }

  long getLong(int row, int at) {
    return blocks[row / ROWS_IN_BLOCK].getLong(offset(row) + at);
  }

  byte[] getBytes(int row, int at, int length) {
    byte[] bytes = new byte[length];
    blocks[row / ROWS_IN_BLOCK].get(offset(row) + at, bytes);
    return bytes;
  }

  /** Says whether a row has these bytes at a place. */
  boolean hasBytes(int row, int at, byte[] bytes) {
    int start = offset(row) + at;
    return Arrays.equals(blocks[row / ROWS_IN_BLOCK].array(), start, start + bytes.length, bytes, 0,
        bytes.length);
  }

  /** Returns the first rows, which stay as they are whatever is added here. */
  RowTable prefix(int rows) {
    RowTable prefix = new RowTable(width);
    prefix.blocks = blocks;
    prefix.size = rows;
    return prefix;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(size);
    for (int row = 0; row < size; row += ROWS_IN_BLOCK) {
      int rows = Math.min(ROWS_IN_BLOCK, size - row);
      out.write(blocks[row / ROWS_IN_BLOCK].array(), 0, rows * width);
    }
  }

  /** Reads rows in place of those there are. */
  void read(DataInputStream in) throws IOException {
    int rows = in.readInt();
    byte[] row = new byte[width];
    for (int i = 0; i < rows; i++) {
      in.readFully(row);
      add(row);
    }
  }
}
