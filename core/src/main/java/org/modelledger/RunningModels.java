package org.modelledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.LedgerEvent;

/**
 * Tells the models that run what the registry has against them. Remembers revocations, so that a model
 * is told of one that was seen while it was being loaded. Safe for use by several threads; none of them
 * is one that runs a model.
 */
final class RunningModels {
  private static final System.Logger LOGGER = System.getLogger(RunningModels.class.getName());

  private final RecallPolicy policy;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<AttestedModel> models = new ArrayList<>(); // guarded by lock
  private final Map<ModelVersionId, RecallWarning.Revoked> revoked = new HashMap<>(); // by lock
  private RecallWarning.@Nullable RegistryUnseen unseen; // guarded by lock

  RunningModels(RecallPolicy policy) {
    this.policy = policy;
  }

  /** Tells a model what is known by now, and from now on what comes. */
  void add(AttestedModel model) {
    lock.lock();
    try {
      models.add(model);
      tell(model);
    } finally {
      lock.unlock();
    }
  }

  void remove(AttestedModel model) {
    lock.lock();
    try {
      models.remove(model);
    } finally {
      lock.unlock();
    }
  }

  /** Says whether a revocation was seen, which a read of the registry may not show yet. */
  boolean isRevoked(ModelVersionId version) {
    lock.lock();
    try {
      return revoked.containsKey(version);
    } finally {
      lock.unlock();
    }
  }

  /** A version was revoked; to be told once or more often. */
  void revoked(LedgerEvent.VersionRevoked event) {
    lock.lock();
    try {
      RecallWarning.Revoked warning = new RecallWarning.Revoked(event);
      if (revoked.putIfAbsent(event.version(), warning) == null) {
        List<AttestedModel> affected = models.stream()
            .filter(model -> model.version().id().equals(event.version()))
            .toList();
        affected.forEach(this::tell);
        warn(affected.size(), policy.onRevocation(), warning);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The registry was not seen for too long. */
  void unseen(RecallWarning.RegistryUnseen warning) {
    lock.lock();
    try {
      unseen = warning;
      models.forEach(this::tell);
      warn(models.size(), policy.onUnseen(), warning);
    } finally {
      lock.unlock();
    }
  }

  /** The registry is seen, and everything in it was told. */
  void seen() {
    lock.lock();
    try {
      if (unseen != null) {
        unseen = null;
        models.forEach(this::tell);
        LOGGER.log(System.Logger.Level.WARNING, "the registry is seen again");
      }
    } finally {
      lock.unlock();
    }
  }

  private void tell(AttestedModel model) {
    model.stand(Standing.of(Optional.ofNullable(revoked.get(model.version().id())),
        Optional.ofNullable(unseen), policy));
  }

  private static void warn(int affected, Recall reaction, RecallWarning warning) {
    if (affected > 0) {
      LOGGER.log(System.Logger.Level.WARNING, "{0}: {1} running models {2}", warning, affected,
          reaction == Recall.STOP ? "stop" : "go on, and their receipts say so");
    }
  }
}
