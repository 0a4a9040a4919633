package org.modelledger;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.modelledger.model.ModelVersionId;
import org.modelledger.receipt.WarningMarks;
import org.modelledger.registry.VersionRevokedException;

/**
 * What the registry's news mean to a model. Immutable: a model that runs reads one field, and compares
 * it with {@link #GOOD}.
 */
final class Standing {
  /** Nothing stands against it. */
  static final Standing GOOD = new Standing(Optional.empty(), Optional.empty(), Recall.STOP,
      Recall.STOP);

  private final Optional<RecallWarning.Revoked> revoked;
  private final Optional<RecallWarning.RegistryUnseen> unseen;
  private final boolean stopsRevoked;
  private final boolean stopsUnseen;

  private Standing(Optional<RecallWarning.Revoked> revoked,
      Optional<RecallWarning.RegistryUnseen> unseen, Recall onRevocation, Recall onUnseen) {
    this.revoked = revoked;
    this.unseen = unseen;
    this.stopsRevoked = revoked.isPresent() && onRevocation == Recall.STOP;
    this.stopsUnseen = unseen.isPresent() && onUnseen == Recall.STOP;
  }

  static Standing of(Optional<RecallWarning.Revoked> revoked,
      Optional<RecallWarning.RegistryUnseen> unseen, RecallPolicy policy) {
    return revoked.isEmpty() && unseen.isEmpty()
        ? GOOD
        : new Standing(revoked, unseen, policy.onRevocation(), policy.onUnseen());
  }

  /**
   * Does nothing if a model may run.
   *
   * @throws VersionRevokedException if it was revoked, and the user chose to stop
   * @throws RegistryUnseenException if nobody knows, and the user chose to stop
   */
  void requireRunning(ModelVersionId version) {
    if (stopsRevoked) {
      throw new VersionRevokedException(revoked.orElseThrow() + "; it does not run any more");
    }
    if (stopsUnseen) {
      throw new RegistryUnseenException(version, unseen.orElseThrow());
    }
  }

  /** Returns the attributes of a receipt, with marks if there is something to warn of. */
  Map<String, String> mark(Map<String, String> attributes) {
    if (this == GOOD) {
      return attributes;
    }
    return WarningMarks.with(attributes, revoked.map(it -> it.event().header().position()),
        unseen.map(RecallWarning.RegistryUnseen::since));
  }

  List<RecallWarning> warnings() {
    return Stream.<Optional<? extends RecallWarning>>of(revoked, unseen)
        .<RecallWarning>flatMap(Optional::stream)
        .toList();
  }
}
