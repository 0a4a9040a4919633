package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Puts transactions in order and cuts them into blocks, which are committed at once. */
final class Orderer {
  private final Ledger ledger;
  private final BlockCutting cutting;
  private final Faults faults;
  private final LinkedBlockingQueue<ByteString> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  Orderer(String name, Ledger ledger, BlockCutting cutting, Faults faults) {
    this.ledger = ledger;
    this.cutting = cutting;
    this.faults = faults;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void order(ByteString envelope) {
    queue.add(envelope);
  }

  private void run() {
    List<ByteString> batch = new ArrayList<>();
    long bytes = 0;
    long deadline = 0;
    try {
      while (true) {
        ByteString next = next(batch.isEmpty() ? Long.MAX_VALUE : deadline - System.nanoTime());
        if (next == null && !batch.isEmpty() && faults.awaitBlocks()) {
          deadline = System.nanoTime(); // and now whatever has come while blocks were held
          continue;
        }
        if (next != null && !batch.isEmpty()
            && bytes + next.size() > cutting.preferredMaxBytes()) {
          cut(batch);
          bytes = 0;
        }
        if (next != null) {
          if (batch.isEmpty()) {
            deadline = System.nanoTime() + cutting.timeout().toNanos();
          }
          batch.add(next);
          bytes += next.size();
        }
        if (!batch.isEmpty() && (next == null || batch.size() >= cutting.maxMessages()
            || bytes >= cutting.preferredMaxBytes())) {
          cut(batch);
          bytes = 0;
        }
      }
    } catch (InterruptedException e) {
      // closed: what is not in a block yet is lost with the rest of the memory
    }
  }

  private @Nullable ByteString next(long nanos) throws InterruptedException {
    return queue.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  private void cut(List<ByteString> batch) throws InterruptedException {
    var unused = faults.awaitBlocks();
    ledger.append(List.copyOf(batch));
    batch.clear();
  }

  void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
