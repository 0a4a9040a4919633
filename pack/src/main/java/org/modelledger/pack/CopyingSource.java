package org.modelledger.pack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;

/**
 * A log as it was at one checkpoint, of which everything that is read is copied into a pack. So what has
 * been checked from here can be checked from the pack, and the pack has nothing else of the log.
 */
final class CopyingSource implements TileSource {
  private final TileSource log;
  private final byte[] checkpoint;
  private final PackFiles files;
  private final String under;
  private final Set<String> copied = ConcurrentHashMap.newKeySet();

  CopyingSource(TileSource log, SignedCheckpoint checkpoint, PackFiles files, String under) {
    this.log = log;
    this.checkpoint = checkpoint.note().encoded().getBytes(StandardCharsets.UTF_8);
    this.files = files;
    this.under = under;
  }

  @Override
  public Optional<byte[]> read(String path, int maxBytes) throws IOException {
    Optional<byte[]> found = path.equals(PackLayout.CHECKPOINT)
        ? Optional.of(checkpoint.clone())
        : log.read(path, maxBytes);
    if (found.isPresent() && copied.add(path)) {
      files.write(under + "/" + path, found.get());
    }
    return found;
  }

  @Override
  public String toString() {
    return log.toString();
  }
}
