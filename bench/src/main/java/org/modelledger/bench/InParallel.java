package org.modelledger.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same work on many virtual threads. */
final class InParallel {
  private InParallel() {}

  /** What one thread does. */
  interface Work {
    void run() throws Exception;
  }

  /** Returns when all have ended; fails if one has failed. */
  static void run(int threads, Work work) throws Exception {
    List<Future<Boolean>> ends = new ArrayList<>(threads);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < threads; i++) {
        ends.add(executor.submit(() -> {
          work.run();
          return true;
        }));
      }
      for (Future<Boolean> end : ends) {
        var unused = end.get();
      }
    }
  }
}
