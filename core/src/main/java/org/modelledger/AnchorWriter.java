package org.modelledger;

import java.time.Duration;
import java.util.Optional;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.LogOrigin;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.tlog.SignedCheckpoint;

/** Records in a registry what logs say of themselves. */
record AnchorWriter(ModelRegistry registry, Duration timeout) {
  /** Returns the anchor of a checkpoint that is not empty; writes it unless the newest one is it. */
  Anchor write(LogOrigin origin, SignedCheckpoint checkpoint, AccountId author)
      throws InterruptedException {
    Optional<Anchor> newest = registry.anchor(origin, author);
    if (newest.isPresent() && newest.get().treeSize() == checkpoint.size()) {
      return newest.get();
    }
    LedgerEvent.LogAnchored event = registry
        .submit(new Command.AnchorLog(origin, checkpoint.size(),
            Digest.of(checkpoint.root().toByteArray())))
        .await(timeout);
    return new Anchor(event.header(), origin, event.treeSize(), event.rootHash());
  }
}
