package org.modelledger.chain.ethereum;

import java.util.List;
import java.util.OptionalLong;

/**
 * A log entry as a node gives it.
 *
 * @param topics 0x and 64 hexadecimal digits each
 * @param data 0x and hexadecimal digits
 * @param index in the block
 * @param seconds the block's time, if the node says it with the entry
 */
record RawLog(List<String> topics, String data, long block, String blockHash, int index,
    String transaction, OptionalLong seconds) {
  RawLog {
    topics = List.copyOf(topics);
  }
}
