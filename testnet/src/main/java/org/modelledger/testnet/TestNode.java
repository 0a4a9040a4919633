package org.modelledger.testnet;

/**
 * Something that tests run against: a node, or a network of nodes. It belongs to this JVM, and {@link NodeExtension}
 * gives it to tests.
 */
public interface TestNode extends AutoCloseable {
  /**
   * Says whether it runs.
   *
   * @return false once it ended, by itself or not
   */
  boolean isRunning();

  /** Leaves its directory, with its logs, when it is closed; for after a failure. */
  void keep();

  /**
   * Returns the end of its logs for a message.
   *
   * @return what was printed last
   */
  String logTail();

  /** Ends it and deletes its directory. Idempotent. */
  @Override
  void close();
}
