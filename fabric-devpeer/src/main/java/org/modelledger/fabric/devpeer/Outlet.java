package org.modelledger.fabric.devpeer;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The answers of one call that streams: waits while the client is behind, and knows when it has gone. */
final class Outlet<T> {
  private final ServerCallStreamObserver<T> observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Must be made before the method that serves the call returns. */
  Outlet(StreamObserver<T> observer, Ledger ledger) {
    this.observer = (ServerCallStreamObserver<T>) observer;
    this.observer.setOnReadyHandler(this::wake);
    this.observer.setOnCancelHandler(() -> {
      wake();
      ledger.wake();
    });
  }

  boolean isCancelled() {
    return observer.isCancelled();
  }

  /** Sends when the client can take it; nothing if it has gone. */
  void send(T message) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!observer.isReady() && !observer.isCancelled()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
    if (!observer.isCancelled()) {
      observer.onNext(message);
    }
  }

  void complete() {
    if (!observer.isCancelled()) {
      observer.onCompleted();
    }
  }

  void fail(Throwable cause) {
    if (!observer.isCancelled()) {
      observer.onError(cause);
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
