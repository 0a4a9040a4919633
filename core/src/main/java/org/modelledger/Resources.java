package org.modelledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a ledger has opened, closed in the reverse order. Safe for use by several threads. */
final class Resources {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<AutoCloseable> open = new ArrayList<>(); // guarded by lock
  private boolean closed; // guarded by lock

  /** Takes charge of a resource; closes it if it comes too late. */
  <T extends AutoCloseable> T add(T resource) {
    lock.lock();
    try {
      if (!closed) {
        open.add(resource);
        return resource;
      }
    } finally {
      lock.unlock();
    }
    IllegalStateException late = closedException();
    close(resource, late);
    throw late;
  }

  void remove(AutoCloseable resource) {
    lock.lock();
    try {
      open.remove(resource);
    } finally {
      lock.unlock();
    }
  }

  void requireOpen() {
    lock.lock();
    try {
      if (closed) {
        throw closedException();
      }
    } finally {
      lock.unlock();
    }
  }

  private static IllegalStateException closedException() {
    return new IllegalStateException("the model ledger is closed");
  }

  /** Closes everything; throws what was thrown first, the rest suppressed in it. */
  void close() {
    Throwable first = closeAll(null);
    if (first instanceof Error error) {
      throw error;
    }
    if (first instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** Closes everything because opening failed. */
  void closeAfter(Throwable failure) {
    var unused = closeAll(failure);
  }

  private @Nullable Throwable closeAll(@Nullable Throwable before) {
    List<AutoCloseable> all;
    lock.lock();
    try {
      closed = true;
      all = List.copyOf(open).reversed();
      open.clear();
    } finally {
      lock.unlock();
    }
    Throwable failure = before;
    for (AutoCloseable resource : all) {
      failure = close(resource, failure);
    }
    return failure;
  }

  private static @Nullable Throwable close(AutoCloseable resource, @Nullable Throwable before) {
    try {
      resource.close();
      return before;
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      Throwable failure = e instanceof RuntimeException || e instanceof Error
          ? e
          : new IllegalStateException("cannot close " + resource, e);
      if (before == null) {
        return failure;
      }
      before.addSuppressed(failure);
      return before;
    }
  }
}
