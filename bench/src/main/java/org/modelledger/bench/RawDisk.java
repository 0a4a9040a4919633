package org.modelledger.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A growing file, synced after every 256 bytes or every mebibyte: what a durable write costs here. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls create() and open() before all else
public class RawDisk {
  private static final int RECORD_BYTES = 256;

  private final ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);
  private final ByteBuffer mebibyte = ByteBuffer.allocateDirect(1 << 20);
  private Path directory;
  private int files;
  private FileChannel file;

  @Setup
  public void create() throws IOException {
    directory = Workspace.create("disk");
  }

  @Setup(Level.Iteration)
  public void open() throws IOException {
    file = FileChannel.open(directory.resolve("file" + files++), StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE);
  }

  /** Appends 256 bytes and waits for the disk. */
  long appendAndSync() throws IOException {
    return appendAndSync(record);
  }

  /** Appends a mebibyte and waits for the disk. */
  long appendMebibyteAndSync() throws IOException {
    return appendAndSync(mebibyte);
  }

  private long appendAndSync(ByteBuffer bytes) throws IOException {
    bytes.clear();
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
    file.force(false);
    return file.position();
  }

  @TearDown(Level.Iteration)
  public void close() throws IOException {
    file.close();
  }

  @TearDown
  public void delete() throws IOException {
    Workspace.delete(directory);
  }
}
