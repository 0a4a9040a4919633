package org.modelledger.receipt;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.modelledger.tlog.LogStorage;

/** A disk that can be told to fail, or to make its callers wait. */
final class FailingStorage {
  private volatile boolean fails;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  void fail(boolean value) {
    fails = value;
  }

  void block() {
    gate = new CountDownLatch(1);
  }

  void unblock() {
    gate.countDown();
  }

  private void check() throws IOException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (fails) {
      throw new IOException("the disk is on fire");
    }
  }

  LogStorage on(Path directory) {
    LogStorage real = LogStorage.directory(directory);
    return new LogStorage() {
      @Override
      public Closeable lock(String name) throws IOException {
        return real.lock(name);
      }

      @Override
      public List<String> list(String name) throws IOException {
        return real.list(name);
      }

      @Override
      public Optional<byte[]> read(String name, int maxBytes) throws IOException {
        return real.read(name, maxBytes);
      }

      @Override
      public OpenFile create(String name) throws IOException {
        check();
        OpenFile file = real.create(name);
        return new OpenFile() {
          @Override
          public void write(ByteBuffer bytes, long position) throws IOException {
            check();
            file.write(bytes, position);
          }

          @Override
          public void sync() throws IOException {
            check();
            file.sync();
          }

          @Override
          public void close() throws IOException {
            file.close();
          }
        };
      }

      @Override
      public void rename(String from, String to) throws IOException {
        real.rename(from, to);
      }

      @Override
      public void delete(String name) throws IOException {
        real.delete(name);
      }

      @Override
      public void createDirectory(String name) throws IOException {
        real.createDirectory(name);
      }

      @Override
      public void syncDirectory(String name) throws IOException {
        real.syncDirectory(name);
      }
    };
  }
}
