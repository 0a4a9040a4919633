package org.modelledger.chain.local;

import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.tlog.MerkleTree;

/**
 * What one entry of the log says.
 *
 * @param command what its author asked
 * @param event what it left
 */
record Recorded(Command<?> command, LedgerEvent event) {
  static Recorded of(long index, byte[] entry) throws MalformedEntryException {
    LogEntry decoded = LogEntry.decode(entry);
    return new Recorded(decoded.signed().command(),
        decoded.event(index, MerkleTree.leafHash(entry)));
  }
}
