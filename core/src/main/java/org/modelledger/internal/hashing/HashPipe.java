package org.modelledger.internal.hashing;

import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Hashes on a thread of its own what another thread reads, so that the disk does not wait for the hash
 * nor the other way round. Content that fits into one buffer is hashed by the reader itself.
 *
 * <p>Used by one thread. A buffer may still be read, but not changed, after it was given to
 * {@link #hash}, until the next call of {@link #buffer}, which may return it: so the reader writes its
 * copy before it asks for the next one.
 */
final class HashPipe implements AutoCloseable {
  private static final int BUFFERS = 3;

  private static final class Chunk {
    final byte[] bytes;
    final int length;
    final boolean last;

    Chunk(byte[] bytes, int length, boolean last) {
      this.bytes = bytes;
      this.length = length;
      this.last = last;
    }
  }

  private final MessageDigest digest;
  private final int bufferBytes;
  private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BUFFERS);
  private @Nullable Thread hasher;
  private int made;
  private boolean complete;

  /**
   * @param digest is given all content in its order; nobody else uses it meanwhile
   * @param bufferBytes the length of a buffer
   */
  HashPipe(MessageDigest digest, int bufferBytes) {
    this.digest = digest;
    this.bufferBytes = bufferBytes;
  }

  /** Returns a buffer that nobody uses. */
  byte[] buffer() throws InterruptedException {
    if (made < BUFFERS) {
      made++;
      return new byte[bufferBytes];
    }
    return free.take();
  }

  /** Hashes the first bytes of a buffer after everything before, now or soon. */
  void hash(byte[] bytes, int length, boolean last) throws InterruptedException {
    if (last && hasher == null) {
      digest.update(bytes, 0, length);
      complete = true;
      return;
    }
    if (hasher == null) {
      hasher = Thread.ofPlatform().daemon().name("modelledger-hash").start(this::run);
    }
    full.put(new Chunk(bytes, length, last));
  }

  /** Waits until everything is hashed, after the last chunk was given. */
  void finish() throws InterruptedException {
    if (hasher != null) {
      hasher.join(); // makes its updates visible here
    }
    if (!complete) {
      throw new IllegalStateException("the last chunk was not hashed");
    }
  }

  private void run() {
    try {
      Chunk chunk;
      do {
        chunk = full.take();
        digest.update(chunk.bytes, 0, chunk.length);
        free.put(chunk.bytes);
      } while (!chunk.last);
      complete = true;
    } catch (InterruptedException e) {
      // close() ended it: the reader failed, and nobody wants the digest
    }
  }

  @Override
  public void close() {
    if (hasher != null) {
      hasher.interrupt();
    }
  }
}
