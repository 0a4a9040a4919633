package org.modelledger.tlog;

/** Hears how far a check of a whole log has come. */
@FunctionalInterface
public interface FsckListener {

  /**
   * Is called now and then, after a few thousand entries at most, in the order of the log and on the
   * thread that asked for the check, which waits for it; and once at the end. What it throws ends the
   * check.
   */
  void progress(FsckProgress progress);
}
