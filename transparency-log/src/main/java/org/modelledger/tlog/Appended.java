package org.modelledger.tlog;

import java.time.Duration;

/** An entry on its way to the disk. Thread-safe; made by {@link LogWriter} only. */
public interface Appended {

  /** Returns the entry's index, from 0; final, whether the entry becomes durable or not. */
  long index();

  /** Returns whether the entry is on the disk. */
  boolean isDurable();

  /**
   * Returns when the entry is on the disk: it will be there after a crash.
   *
   * @param limit how long to wait at most; zero or less only asks; 292 years or more, such as {@code
   *     ChronoUnit.FOREVER.getDuration()}, is no limit, and spares a virtual thread its timer
   * @throws LogTimeoutException if it is not there yet; it may still get there
   * @throws LogFailedException if the writer failed and the entry was not acknowledged; after opening
   *     the log again it may be there or not
   * @throws InterruptedException if interrupted; the entry is on its way all the same
   */
  void await(Duration limit) throws InterruptedException;
}
