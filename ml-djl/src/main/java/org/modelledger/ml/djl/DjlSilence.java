package org.modelledger.ml.djl;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * DJL may ask the network for missing libraries, and tells its makers that it was started. Here neither happens unless the
 * user has said otherwise: what is set in the environment or as a property stays as it is.
 */
final class DjlSilence {
  private static final String TRACKING = "OPT_OUT_TRACKING";
  private static final String OFFLINE = "ai.djl.offline";
  private static final String OFFLINE_VARIABLE = "DJL_OFFLINE";
  private static final ReentrantLock LOCK = new ReentrantLock();

  private DjlSilence() {}

  /**
   * Loads a library of DJL. Telemetry stays off afterwards, because DJL asks again later; being offline is for the loading only,
   * so that a program may go on to use DJL's own model zoo.
   */
  static <T> T load(Supplier<T> loading) {
    LOCK.lock();
    try {
      if (System.getenv(TRACKING) == null && System.getProperty(TRACKING) == null) {
        System.setProperty(TRACKING, "true");
      }
      boolean ours = System.getenv(OFFLINE_VARIABLE) == null && System.getProperty(OFFLINE) == null;
      if (ours) {
        System.setProperty(OFFLINE, "true");
      }
      try {
        return loading.get();
      } finally {
        if (ours) {
          System.clearProperty(OFFLINE);
        }
      }
    } finally {
      LOCK.unlock();
    }
  }
}
