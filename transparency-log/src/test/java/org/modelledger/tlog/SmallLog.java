package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A log on a disk in memory, whose entries say which history they belong to. */
final class SmallLog implements AutoCloseable {

  private final String history;
  private final SimulatedDisk disk = new SimulatedDisk();
  private final LogWriter writer;
  private final Map<Long, SignedCheckpoint> checkpoints = new HashMap<>();

  SmallLog(NoteSigner signer, String history) {
    this.history = history;
    this.writer = LogWriter.open(Path.of("in memory"), LogOptions.builder()
        .signer(signer)
        .publishInterval(Duration.ofHours(1))
        .storage(directory -> disk)
        .build());
    checkpoints.put(0L, writer.checkpoint());
  }

  /** Appends entries up to a size and returns the checkpoint of it. */
  SignedCheckpoint at(long size) throws InterruptedException {
    if (!checkpoints.containsKey(size)) {
      while (writer.size() < size) {
        writer.append((history + writer.size()).getBytes(UTF_8));
      }
      checkpoints.put(size, writer.publish());
    }
    return checkpoints.get(size);
  }

  LogReader reader() {
    return writer.reader();
  }

  TileSource files() {
    return new StorageTileSource(disk);
  }

  /** Returns the request to cosign the checkpoint of a size after an older one was. */
  byte[] request(long oldSize, long size) throws ProofException, InterruptedException {
    SignedCheckpoint checkpoint = at(size);
    return new AddCheckpoint(oldSize, reader().consistencyProof(oldSize, checkpoint).path(),
        checkpoint.note()).encoded();
  }

  @Override
  public void close() {
    writer.close();
  }
}
