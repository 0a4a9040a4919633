package org.modelledger.ml.onnxruntime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Direct memory for what has to be copied before a run, used again by later ones. Takes no lock. */
final class Scratch {
  /** ONNX Runtime's own memory begins at multiples of this. */
  static final int ALIGNMENT = 64;

  /** What is larger is not kept. */
  private static final int MAX_KEPT = 1 << 20;
  private static final int LEAST = 1 << 10;

  private final AtomicReferenceArray<ByteBuffer> idle = new AtomicReferenceArray<>(
      Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));

  /** Returns memory of at least so many bytes, for the caller alone until it is given back. */
  ByteBuffer take(int bytes) {
    int start = start();
    for (int i = 0; i < idle.length(); i++) {
      int at = (start + i) % idle.length();
      ByteBuffer buffer = idle.get(at);
      if (buffer != null && buffer.capacity() >= bytes && idle.compareAndSet(at, buffer, null)) {
        return buffer;
      }
    }
    return allocate(bytes > MAX_KEPT ? bytes : Math.max(LEAST, roundUp(bytes)));
  }

  private static int roundUp(int bytes) {
    return bytes <= 1 ? 1 : Integer.highestOneBit(bytes - 1) << 1;
  }

  /** Takes memory back that nobody uses any more. */
  void giveBack(ByteBuffer buffer) {
    if (buffer.capacity() > MAX_KEPT) {
      return;
    }
    int start = start();
    for (int i = 0; i < idle.length(); i++) {
      if (idle.compareAndSet((start + i) % idle.length(), null, buffer)) {
        return;
      }
    }
    idle.set(start, buffer);
  }

  /** Returns new direct, little-endian memory of just so many bytes that begins where vectors may. */
  static ByteBuffer allocate(int bytes) {
    ByteBuffer memory = ByteBuffer.allocateDirect(Math.addExact(bytes, ALIGNMENT - 1));
    int misaligned = memory.alignmentOffset(0, ALIGNMENT);
    return memory.slice((ALIGNMENT - misaligned) % ALIGNMENT, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int start() {
    return (int) (Thread.currentThread().threadId() % idle.length());
  }
}
