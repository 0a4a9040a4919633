package org.modelledger.fabric.devpeer;

import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;

/**
 * The version of a key: where the transaction that wrote it last stands.
 *
 * @param block number of the block
 * @param transaction number of the transaction in it, from 0
 */
record Height(long block, long transaction) {
  static Height of(Version version) {
    return new Height(version.getBlockNum(), version.getTxNum());
  }

  Version version() {
    return Version.newBuilder().setBlockNum(block).setTxNum(transaction).build();
  }
}
