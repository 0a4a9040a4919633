package org.modelledger.guice;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.modelledger.AttestedModel;
import org.modelledger.ModelLedger;
import org.modelledger.training.Trainer;

/** What one injector has opened. Safe for use by several threads. */
final class LedgerHolder implements AutoCloseable {
  /** Opens the ledger. */
  interface Opener {
    ModelLedger open();
  }

  private final Opener opener;
  private final ReentrantLock lock = new ReentrantLock();

  // guarded by lock
  private final Map<String, Trainer> trainers = new HashMap<>();
  private final Map<String, AttestedModel> models = new HashMap<>();
  private @Nullable ModelLedger ledger;
  private boolean closed;

  LedgerHolder(Opener opener) {
    this.opener = opener;
  }

  ModelLedger ledger() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the injector's ledger is closed");
      }
      if (ledger == null) {
        ledger = opener.open();
      }
      return ledger;
    } finally {
      lock.unlock();
    }
  }

  Trainer trainer(String name) {
    lock.lock();
    try {
      ModelLedger open = ledger();
      return trainers.computeIfAbsent(name, open::trainer);
    } finally {
      lock.unlock();
    }
  }

  AttestedModel model(String reference) {
    lock.lock();
    try {
      ModelLedger open = ledger();
      return models.computeIfAbsent(reference, open::load);
    } finally {
      lock.unlock();
    }
  }

  /** Closes the models, then the ledger and with it the trainers, even if closing one of them fails. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      List<Runnable> closings = new ArrayList<>();
      models.values().forEach(model -> closings.add(model::close));
      if (ledger != null) {
        closings.add(ledger::close);
      }
      ledger = null;
      trainers.clear();
      models.clear();
      runAll(closings);
    } finally {
      lock.unlock();
    }
  }

  private static void runAll(List<Runnable> closings) {
    RuntimeException first = null;
    for (Runnable closing : closings) {
      try {
        closing.run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
