package org.modelledger.receipt;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;

/**
 * Numbers the inferences of one loaded model. Every number from 0 has a {@link Receipt} or lies in a
 * {@link Gap}, whichever order they come in. Safe for use by several threads.
 */
public final class ReceiptSession implements AutoCloseable {
  private final ReceiptLog log;
  private final SessionId id = SessionId.random();
  private final ModelVersionId version;
  private final Digest artifact;
  private final EngineInfo engine;
  private final Determinism determinism;
  private final AtomicLong next = new AtomicLong();
  private final ReceiptTemplate template;
  /** Inferences that run, and those whose receipts are neither durable nor known to fail. */
  private final AtomicLong open = new AtomicLong();
  private volatile boolean closed;

  ReceiptSession(ReceiptLog log, ModelVersionId version, Digest artifact, EngineInfo engine,
      Determinism determinism) {
    Receipt.requireEngine(engine);
    this.log = log;
    this.version = version;
    this.artifact = artifact;
    this.engine = engine;
    this.determinism = determinism;
    this.template = new ReceiptTemplate(this);
  }

  /** Returns the session's id, as receipts have it. */
  public SessionId id() {
    return id;
  }

  /**
   * Takes room for a receipt, before the model runs.
   *
   * @param inputs of the inference to come
   * @param attributes the caller's own, such as a case number; see {@link Receipt}
   * @return what has to be completed or cancelled
   * @throws BacklogFullException if there is no room and the user chose to fail closed
   * @throws ReceiptLogException if the log has failed and the user chose to fail closed
   * @throws IllegalArgumentException if a receipt cannot have these attributes
   * @throws IllegalStateException if the session or the log is closed
   * @throws InterruptedException if interrupted while waiting for room
   */
  public Slot reserve(Tensors inputs, Map<String, String> attributes)
      throws InterruptedException {
    SortedMap<String, String> sorted = attributes.isEmpty()
        ? Collections.emptySortedMap()
        : Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    if (!sorted.isEmpty()) {
      Receipt.requireAttributes(sorted);
    }
    var unused = open.incrementAndGet(); // first this, then the look: close() does it the other way
    try {
      if (closed) {
        throw new IllegalStateException("the session " + id + " is closed");
      }
      long bytes = bytes(inputs);
      return new Slot(inputs, sorted, bytes, log.reserve(bytes));
    } catch (InterruptedException | RuntimeException e) {
      leave(1);
      throw e;
    }
  }

  /** Room for one receipt. For one thread. */
  public final class Slot {
    private final Tensors inputs;
    private final SortedMap<String, String> attributes;
    private final long bytes;
    private final boolean hasRoom;
    private boolean done;

    private Slot(Tensors inputs, SortedMap<String, String> attributes, long bytes,
        boolean hasRoom) {
      this.inputs = inputs;
      this.attributes = attributes;
      this.bytes = bytes;
      this.hasRoom = hasRoom;
    }

    /**
     * Hands over what the model made of the inputs. Returns at once; nobody may write to the tensors
     * any more.
     *
     * @throws ReceiptLogException if the log has failed since, and the user chose to fail closed:
     *     the outputs are not to be used
     */
    public PendingReceipt complete(Tensors outputs) {
      requireNotDone();
      return log.enqueue(ReceiptSession.this, inputs, outputs, attributes, hasRoom, bytes,
          bytes + bytes(outputs));
    }

    /** Gives the room back, because nothing came of the inference. */
    public void cancel() {
      requireNotDone();
      if (hasRoom) {
        log.release(bytes);
      }
      leave(1);
    }

    private void requireNotDone() {
      if (done) {
        throw new IllegalStateException("the slot was completed or cancelled before");
      }
      done = true;
    }
  }

  private static long bytes(Tensors tensors) {
    long bytes = 0;
    for (Tensor tensor : tensors.asMap().values()) {
      bytes += tensor.data().remaining();
    }
    return bytes;
  }

  /** Notes that inferences are over: without a receipt, or with one that is durable or failed. */
  void leave(int number) {
    if (open.addAndGet(-number) == 0 && closed) {
      log.wakeUp();
    }
  }

  long nextSequence() {
    return next.getAndIncrement();
  }

  ReceiptTemplate template() {
    return template;
  }

  Receipt receipt(long sequence, Instant time, Commitment input, Commitment output,
      SortedMap<String, Commitment> attributes) {
    return new Receipt(id, sequence, time, version, artifact, engine, determinism, input,
        output, attributes);
  }

  Gap gap(long first, long count, Instant time, Gap.Reason reason) {
    return new Gap(id, first, time, version, artifact, count, reason);
  }

  /**
   * Ends the session: waits, not interruptibly, until running inferences are done and their receipts
   * are durable or known to fail. Idempotent.
   */
  @Override
  public void close() {
    closed = true;
    log.hurry();
    log.awaitUninterruptibly(() -> open.get() == 0);
  }
}
