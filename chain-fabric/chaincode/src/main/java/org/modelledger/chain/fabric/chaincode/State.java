package org.modelledger.chain.fabric.chaincode;

import java.util.List;
import java.util.Optional;

/** What the chaincode needs of the ledger's state. */
interface State {
  /** Returns what was committed under a key; never what this invocation has written. */
  Optional<byte[]> get(String key);

  void put(String key, byte[] value);

  void delete(String key);

  /** Returns everything under a prefix, in ascending order of keys. */
  List<Entry> range(String prefix);

  /**
   * Returns some of what lies under a prefix, in ascending order of keys. Only where nothing is written:
   * a peer refuses a transaction that pages and writes.
   *
   * @param bookmark empty, or that of the page before
   */
  Slice page(String prefix, int size, String bookmark);

  /** A key and its value. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared or kept
  record Entry(String key, byte[] value) {}

  /**
   * Part of a range.
   *
   * @param bookmark where to go on; empty at the end
   */
  record Slice(List<Entry> entries, String bookmark) {}
}
