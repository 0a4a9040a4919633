package org.modelledger.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A real disk on which something happens from the n-th change on. */
final class SteppedDisk implements Disk {
  interface Event {
    void happen() throws IOException;
  }

  private final Disk real = Disk.real();
  private final AtomicInteger left;
  private final Event event;

  /** @param good how many changes succeed before it happens */
  SteppedDisk(int good, Event event) {
    left = new AtomicInteger(good);
    this.event = event;
  }

  static SteppedDisk failing(int good, IOException failure) {
    return new SteppedDisk(good, () -> {
      throw failure;
    });
  }

  private void step() throws IOException {
    if (left.getAndDecrement() <= 0) {
      event.happen();
    }
  }

  @Override
  public NewFile create(Path path) throws IOException {
    step();
    NewFile file = real.create(path);
    return new NewFile() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
        file.write(half); // a full disk takes a part of it
        step();
        file.write(bytes.position(bytes.position() + half.limit()));
      }

      @Override
      public void sync() throws IOException {
        step();
        file.sync();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Override
  public void publish(Path from, Path to) throws IOException {
    step();
    real.publish(from, to);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    step();
    real.syncDirectory(directory);
  }
}
