package org.modelledger.chain.support;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.h2.mvstore.SFChunk;
import org.h2.mvstore.SingleFileStore;

/**
 * Writes so that a power failure leaves either all of a commit or none of it. MVStore takes a chunk for
 * whole if its first and its last bytes are there; a disk may write those first and the rest never. So
 * the last sector, with the chunk's footer, is written when the rest is durable.
 */
final class SafeFileStore extends SingleFileStore {
  private static final int SECTOR = 512;
  private static final int HEADER_BYTES = 2 * 4096;

  SafeFileStore(int cacheMebibytes) {
    super(new HashMap<>(Map.of("cacheSize", cacheMebibytes)));
  }

  @Override
  protected void writeFully(SFChunk chunk, long position, ByteBuffer bytes) {
    int length = bytes.remaining();
    if (position < HEADER_BYTES || length <= SECTOR) {
      super.writeFully(chunk, position, bytes); // two copies of the header, each within a sector
      return;
    }
    int end = bytes.limit();
    bytes.limit(end - SECTOR);
    super.writeFully(chunk, position, bytes);
    sync();
    bytes.limit(end);
    super.writeFully(chunk, position + length - SECTOR, bytes);
  }
}
