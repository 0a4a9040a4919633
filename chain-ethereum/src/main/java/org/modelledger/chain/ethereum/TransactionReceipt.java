package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * What became of a transaction in a block.
 *
 * @param contract the address of the contract that it created
 */
record TransactionReceipt(String transaction, long block, String blockHash, boolean succeeded,
    long gasUsed, Optional<BigInteger> gasPrice, Optional<String> contract, List<RawLog> logs) {
  TransactionReceipt {
    logs = List.copyOf(logs);
  }
}
