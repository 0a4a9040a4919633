package org.modelledger.registry;

import java.util.Objects;
import org.modelledger.model.Digest;
import org.modelledger.model.LogOrigin;

/**
 * The newest state of a log that one author recorded.
 *
 * @param header where, when and by whom it was recorded
 * @param origin the log
 * @param treeSize the number of entries, from 1
 * @param rootHash the RFC 6962 root over them
 */
public record Anchor(EventHeader header, LogOrigin origin, long treeSize, Digest rootHash) {
  public Anchor {
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(rootHash, "rootHash");
  }
}
