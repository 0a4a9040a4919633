package org.modelledger.chain.support;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A disk under H2, in front of the real one: it remembers every write and sync in its order, and fails
 * when it is told to. From what it remembers it makes what a crash would have left.
 */
final class TestDisk implements AutoCloseable {
  /** A write, a cut (length of the file after it) or a sync. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Operation(long position, byte[] bytes, boolean isCut, boolean isSync) {}

  private static final int SECTOR = 512;

  private final String scheme;
  private final Path path = new Path();
  private final List<Operation> operations = new ArrayList<>();
  private int failAt = Integer.MAX_VALUE;
  private boolean hasFailed;

  TestDisk(String scheme) {
    this.scheme = scheme;
    path.disk = this;
    FilePath.register(path);
  }

  String prefix() {
    return scheme + ":";
  }

  /** Fails the operation with this number, from 0, and all after it. */
  synchronized void failAt(int operation) {
    failAt = operation;
  }

  synchronized int operations() {
    return operations.size();
  }

  synchronized boolean hasFailed() {
    return hasFailed;
  }

  private synchronized void take(Operation operation) throws IOException {
    if (operations.size() >= failAt) {
      hasFailed = true;
      throw new IOException("the disk fails");
    }
    operations.add(operation);
  }

  /**
   * Makes the file that is there when the process is killed after so many operations.
   *
   * @param before the file as it was before all
   */
  synchronized byte[] killedAfter(byte[] before, int count, Random random) {
    byte[] file = before;
    for (Operation operation : operations.subList(0, count)) {
      file = apply(file, operation);
    }
    if (count < operations.size() && random.nextBoolean()) {
      file = torn(file, operations.get(count), random);
    }
    return file;
  }

  /** Makes the file that is there when the power fails: what was not synced is there or not, or torn. */
  synchronized byte[] powerLostAfter(byte[] before, int count, Random random) {
    int synced = 0;
    for (int i = 0; i < count; i++) {
      if (operations.get(i).isSync()) {
        synced = i;
      }
    }
    byte[] file = before;
    for (int i = 0; i < count; i++) {
      Operation operation = operations.get(i);
      int fate = i < synced ? 0 : random.nextInt(3);
      if (fate == 0) {
        file = apply(file, operation);
      } else if (fate == 1) {
        file = torn(file, operation, random);
      }
    }
    return file;
  }

  private static byte[] apply(byte[] file, Operation operation) {
    if (operation.isSync()) {
      return file;
    }
    int position = Math.toIntExact(operation.position());
    if (operation.isCut()) {
      return position < file.length ? Arrays.copyOf(file, position) : file;
    }
    byte[] result = Arrays.copyOf(file, Math.max(file.length, position + operation.bytes().length));
    System.arraycopy(operation.bytes(), 0, result, position, operation.bytes().length);
    return result;
  }

  /** Some sectors of a write. */
  private static byte[] torn(byte[] file, Operation operation, Random random) {
    if (operation.isSync() || operation.isCut()) {
      return file;
    }
    byte[] bytes = operation.bytes();
    byte[] result = file;
    for (int from = 0; from < bytes.length; from += SECTOR) {
      if (random.nextBoolean()) {
        int to = Math.min(bytes.length, from + SECTOR);
        result = apply(result, new Operation(operation.position() + from,
            Arrays.copyOfRange(bytes, from, to), false, false));
      }
    }
    return result;
  }

  @Override
  public void close() {
    FilePath.unregister(path);
  }

  /** H2 makes more of these by reflection, without arguments. */
  public static final class Path extends FilePathWrapper {
    private @Nullable TestDisk disk;

    private TestDisk disk() {
      return Objects.requireNonNull(disk);
    }

    @Override
    public Path getPath(String name) {
      Path result = (Path) super.getPath(name);
      result.disk = disk;
      return result;
    }

    @Override
    public Path wrap(FilePath base) {
      Path result = (Path) super.wrap(base);
      if (result != null) {
        result.disk = disk;
      }
      return result;
    }

    @Override
    public String getScheme() {
      return disk().scheme;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
      return new Channel(disk(), getBase().open(mode));
    }
  }

  private static final class Channel extends FileBase {
    private final TestDisk disk;
    private final FileChannel base;

    Channel(TestDisk disk, FileChannel base) {
      this.disk = disk;
      this.base = base;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      return base.read(to);
    }

    @Override
    public synchronized int read(ByteBuffer to, long position) throws IOException {
      return base.read(to, position);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return write(from, base.position());
    }

    @Override
    public synchronized int write(ByteBuffer from, long position) throws IOException {
      byte[] bytes = new byte[from.remaining()];
      from.duplicate().get(bytes);
      disk.take(new Operation(position, bytes, false, false));
      return base.write(from, position);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      disk.take(new Operation(size, new byte[0], true, false));
      base.truncate(size);
      return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      disk.take(new Operation(0, new byte[0], false, true));
    }

    @Override
    public long position() throws IOException {
      return base.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      base.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return base.size();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return base.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      base.close();
    }
  }
}
