package org.modelledger.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Every change that a store makes to its disk, so that a test can make each of them fail. */
interface Disk {
  /** A file that is being written. */
  interface NewFile extends AutoCloseable {
    void write(ByteBuffer bytes) throws IOException;

    /** Returns when everything written would survive a loss of power. */
    void sync() throws IOException;

    @Override
    void close() throws IOException;
  }

  NewFile create(Path path) throws IOException;

  /** Puts a finished file in its place at once, over one that may be there. */
  void publish(Path from, Path to) throws IOException;

  /** Returns when the names in a directory would survive a loss of power. */
  void syncDirectory(Path directory) throws IOException;

  /** Returns the real one. */
  static Disk real() {
    return new Disk() {
      @Override
      public NewFile create(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE,
            StandardOpenOption.CREATE_NEW);
        return new NewFile() {
          @Override
          public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          }

          @Override
          public void sync() throws IOException {
            channel.force(true);
          }

          @Override
          public void close() throws IOException {
            channel.close();
          }
        };
      }

      @Override
      public void publish(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      }

      @Override
      public void syncDirectory(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
          try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
          }
        } // elsewhere a directory cannot be opened, and a rename is durable by itself
      }
    };
  }
}
