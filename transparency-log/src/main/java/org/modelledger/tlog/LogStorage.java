package org.modelledger.tlog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link LogWriter} needs of a disk, so that a simulated or failing one can be put in its
 * place. Most users never see it: {@link #directory} is the default.
 *
 * <p>Names are relative to the log's directory, with slashes; {@code ""} is the directory itself. Several
 * threads use a storage at the same time, each its own files. Nothing is durable before the sync that
 * covers it: a file's bytes by {@link OpenFile#sync()}, the names in a directory (after create, rename,
 * delete) by {@link #syncDirectory}. {@code toString} names the place, for messages.
 */
public interface LogStorage {

  /** A file open for writing. */
  interface OpenFile extends Closeable {

    /** Writes all remaining bytes of the buffer at the position, counted in bytes from 0. */
    void write(ByteBuffer bytes, long position) throws IOException;

    /** Returns when everything written is on the disk. After a failure nothing is known. */
    void sync() throws IOException;
  }

  /** Returns the storage in a directory of a file system; the directory need not exist. */
  static LogStorage directory(Path directory) {
    return new DirectoryStorage(directory);
  }

  /**
   * Takes the exclusive lock that this file stands for, across processes and within this one, and
   * creates the file if needed.
   *
   * @return releases the lock when closed
   * @throws LogLockedException if someone else has it
   */
  Closeable lock(String name) throws IOException;

  /** Returns the names in a directory in no order; empty if the directory does not exist. */
  List<String> list(String directory) throws IOException;

  /**
   * Reads a whole file.
   *
   * @return empty if it does not exist
   * @throws IOException if it has more than {@code maxBytes}, or cannot be read
   */
  Optional<byte[]> read(String name, int maxBytes) throws IOException;

  /**
   * Creates a new file for writing. A file that had the name loses it and is not touched: after a crash
   * in the middle of a rename it may have another name, too, under which it counts.
   */
  OpenFile create(String name) throws IOException;

  /** Gives a file another name, in one step, replacing what had that name. */
  void rename(String from, String to) throws IOException;

  /** Deletes a file or an empty directory; does nothing if it does not exist. */
  void delete(String name) throws IOException;

  /**
   * Creates a directory and those above it that are missing. Those of them that belong to the log are
   * durable afterwards, also where they were there before.
   */
  void createDirectory(String name) throws IOException;

  /** Returns when the names in the directory are on the disk. */
  void syncDirectory(String name) throws IOException;
}
