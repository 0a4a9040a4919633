package org.modelledger.internal.hashing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToLongFunction;

/** Work on many files with as many threads as there are cores, the largest file first. */
public final class Parallel {
  /** Less than this many bytes in all are not worth a thread. */
  private static final long WORTH_A_THREAD = 1 << 20;

  private Parallel() {}

  /** What is done with one item. */
  public interface Work<T, R> {
    R on(T item) throws InterruptedException;
  }

  /**
   * Does the work once for each item. The first failure stops the rest and is thrown when no thread
   * works any more.
   *
   * @return results in no particular order
   */
  public static <T, R> List<R> map(Collection<T> items, ToLongFunction<T> size, Work<T, R> work)
      throws InterruptedException {
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), items.size());
    if (threads <= 1 || items.stream().mapToLong(size).sum() < WORTH_A_THREAD) {
      List<R> results = new ArrayList<>(items.size());
      for (T item : items) {
        results.add(work.on(item));
      }
      return results;
    }
    List<T> largestFirst = items.stream()
        .sorted(Comparator.comparingLong(size).reversed())
        .toList();
    ExecutorService pool = Executors.newFixedThreadPool(threads,
        Thread.ofPlatform().daemon().name("modelledger-files-", 0).factory());
    try {
      CompletionService<R> running = new ExecutorCompletionService<>(pool);
      largestFirst.forEach(item -> running.submit(() -> work.on(item)));
      List<R> results = new ArrayList<>(items.size());
      for (int i = 0; i < largestFirst.size(); i++) {
        results.add(running.take().get());
      }
      return results;
    } catch (ExecutionException e) {
      throw rethrown(e);
    } finally {
      pool.shutdownNow();
      pool.close();
    }
  }

  private static RuntimeException rethrown(ExecutionException failure)
      throws InterruptedException {
    switch (failure.getCause()) {
      case InterruptedException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default ->
        throw new IllegalStateException("work threw a checked exception", failure);
    }
  }
}
