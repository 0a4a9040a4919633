package org.modelledger.tlog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Does what another storage does; a test overrides what it wants otherwise. */
class ForwardingStorage implements LogStorage {

  private final LogStorage storage;

  ForwardingStorage(LogStorage storage) {
    this.storage = storage;
  }

  /** Writes to a file. */
  void write(String name, OpenFile file, ByteBuffer bytes, long position) throws IOException {
    file.write(bytes, position);
  }

  /** Syncs a file. */
  void sync(String name, OpenFile file) throws IOException {
    file.sync();
  }

  @Override
  public Closeable lock(String name) throws IOException {
    return storage.lock(name);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return storage.list(directory);
  }

  @Override
  public Optional<byte[]> read(String name, int maxBytes) throws IOException {
    return storage.read(name, maxBytes);
  }

  @Override
  public OpenFile create(String name) throws IOException {
    OpenFile file = storage.create(name);
    return new OpenFile() {
      @Override
      public void write(ByteBuffer bytes, long position) throws IOException {
        ForwardingStorage.this.write(name, file, bytes, position);
      }

      @Override
      public void sync() throws IOException {
        ForwardingStorage.this.sync(name, file);
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Override
  public void rename(String from, String to) throws IOException {
    storage.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    storage.delete(name);
  }

  @Override
  public void createDirectory(String name) throws IOException {
    storage.createDirectory(name);
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    storage.syncDirectory(name);
  }

  @Override
  public String toString() {
    return storage.toString();
  }
}
