package org.modelledger.tlog;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a batch, apart from it: a handle that a caller keeps holds on to neither the batch,
 * nor its memory, nor the batches after it. Thread-safe.
 */
final class Acknowledgement {

  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Throwable failure;

  void complete() {
    done.countDown();
  }

  /** Does nothing if the batch is durable already. */
  void fail(Throwable cause) {
    if (done.getCount() > 0) {
      failure = cause;
      done.countDown();
    }
  }

  boolean isDurable() {
    return done.getCount() == 0 && failure == null;
  }

  void await(long index, Duration limit) throws InterruptedException {
    long nanos = Batch.nanos(limit);
    if (nanos == Long.MAX_VALUE) {
      done.await(); // without a timer, which costs a virtual thread more than all the rest
    } else if (!done.await(nanos, TimeUnit.NANOSECONDS)) {
      throw new LogTimeoutException("entry " + index + " is not durable after " + limit);
    }
    Throwable cause = failure;
    if (cause != null) {
      throw new LogFailedException(
          "entry " + index + " was not acknowledged: " + cause.getMessage(),
          cause);
    }
  }
}
