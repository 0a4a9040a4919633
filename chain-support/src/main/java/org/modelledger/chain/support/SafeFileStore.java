package org.modelledger.chain.support;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.SFChunk;
import org.h2.mvstore.SingleFileStore;
import org.jspecify.annotations.Nullable;

/**
 * Writes so that a power failure leaves either all of a commit or none of it, and never takes away an
 * older one.
 *
 * <p>MVStore takes a chunk for whole if its first and its last bytes are there; a disk may write those
 * first and the rest never. So the last sector, with the chunk's footer, is written when the rest is
 * durable. And MVStore finds its newest chunk from the file's header, from which others lead to it that
 * the next commit may be overwriting. So the header is written with every chunk, and its two copies in
 * turn: one of them always names the newest chunk that is durable.
 */
final class SafeFileStore extends SingleFileStore {
  private static final int SECTOR = 512;
  private static final int BLOCK = 4096;
  private static final String CHECK = ",fletcher:";

  /** What the file's header says; null until it was read or written. */
  private @Nullable Map<String, String> header;

  SafeFileStore(int cacheMebibytes) {
    super(new HashMap<>(Map.of("cacheSize", cacheMebibytes)));
  }

  @Override
  protected void writeFully(@Nullable SFChunk chunk, long position, ByteBuffer bytes) {
    if (position == 0) {
      writeHeader(bytes);
      return;
    }
    int length = bytes.remaining();
    int end = bytes.limit();
    bytes.limit(end - SECTOR);
    super.writeFully(chunk, position, bytes);
    sync();
    bytes.limit(end);
    super.writeFully(chunk, position + length - SECTOR, bytes);
    if (chunk != null) {
      writeHeader(chunk);
    }
  }

  /** Both copies, as MVStore writes them: at creation, when it closes, and after chunks. */
  private void writeHeader(ByteBuffer bytes) {
    byte[] text = new byte[BLOCK];
    bytes.duplicate().get(text);
    Map<String, String> wanted = parse(text);
    if (wanted == null || wanted.equals(header)) {
      return; // follows a chunk, with which it was written already
    }
    sync(); // what it names is durable
    super.writeFully(null, 0, bytes);
    header = wanted;
  }

  private void writeHeader(SFChunk chunk) {
    HashMap<String, String> next = new HashMap<>(header());
    next.remove("clean");
    next.put("block", Long.toHexString(chunk.block));
    next.put("chunk", Integer.toHexString(chunk.id));
    next.put("version", Long.toHexString(chunk.version));
    StringBuilder text = DataUtils.appendMap(new StringBuilder(), next);
    byte[] body = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    DataUtils.appendMap(text, "fletcher", DataUtils.getFletcher32(body, 0, body.length));
    text.append('\n');
    ByteBuffer sector = ByteBuffer.allocate(SECTOR);
    sector.put(text.toString().getBytes(StandardCharsets.ISO_8859_1)).rewind();
    super.writeFully(null, (chunk.version & 1) * BLOCK, sector);
    header = next;
  }

  private Map<String, String> header() {
    if (header == null) {
      ByteBuffer blocks = readFully((SFChunk) null, 0, 2 * BLOCK);
      byte[] block = new byte[BLOCK];
      while (header == null && blocks.hasRemaining()) {
        blocks.get(block);
        header = parse(block);
      }
    }
    if (header == null) {
      throw DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "no header");
    }
    return header;
  }

  private static @Nullable Map<String, String> parse(byte[] block) {
    String text = new String(block, StandardCharsets.ISO_8859_1).trim();
    int end = text.lastIndexOf(CHECK);
    if (end < 0) {
      return null;
    }
    byte[] body = text.substring(0, end).getBytes(StandardCharsets.ISO_8859_1);
    String check = Integer.toHexString(DataUtils.getFletcher32(body, 0, body.length));
    return check.equals(text.substring(end + CHECK.length()))
        ? DataUtils.parseMap(text.substring(0, end))
        : null;
  }
}
