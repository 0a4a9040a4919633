package org.modelledger.artifact;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A part of a file, to be read. Remembers whether reading failed. For one thread. */
final class FileWindow implements SeekableByteChannel {
  private final SeekableByteChannel file;
  private final long start;
  private final long end;
  /** Shared by all parts of a file. */
  private final AtomicBoolean failed;
  private long position;

  private FileWindow(SeekableByteChannel file, long start, long end, AtomicBoolean failed) {
    this.file = file;
    this.start = start;
    this.end = end;
    this.failed = failed;
  }

  static FileWindow open(Path path) throws IOException {
    SeekableByteChannel file = Files.newByteChannel(path);
    try {
      return new FileWindow(file, 0, file.size(), new AtomicBoolean());
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Returns a part of this. Both are closed by closing one. */
  FileWindow part(long from, long to) {
    return new FileWindow(file, start + from, start + to, failed);
  }

  /** Reads bytes that have to be there. */
  byte[] read(long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    position = from;
    while (bytes.hasRemaining()) {
      if (read(bytes) < 0) {
        throw new EOFException("the file became shorter");
      }
    }
    return bytes.array();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (position >= end - start) {
      return -1;
    }
    int limit = target.limit();
    target.limit((int) Math.min(limit, target.position() + (end - start - position)));
    try {
      file.position(start + position);
      int read = file.read(target);
      position += Math.max(read, 0);
      return read;
    } catch (IOException e) {
      failed.set(true);
      throw e;
    } finally {
      target.limit(limit);
    }
  }

  /** Says whether reading this file failed, for the disk or for an interrupted thread. */
  boolean hasFailed() {
    return failed.get();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return end - start;
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public int write(ByteBuffer bytes) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }
}
