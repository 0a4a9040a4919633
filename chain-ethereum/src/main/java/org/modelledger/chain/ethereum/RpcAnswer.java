package org.modelledger.chain.ethereum;

import org.modelledger.registry.LedgerUnavailableException;

/** What came of one call of a batch. */
sealed interface RpcAnswer<T> {
  /**
   * Returns the result.
   *
   * @throws LedgerUnavailableException if there is none; an {@link RpcErrorException} if the node
   *     answered with an error
   */
  T get();

  /** The node answered with a result. */
  record Result<T>(T value) implements RpcAnswer<T> {
    @Override
    public T get() {
      return value;
    }
  }

  /** The node answered with an error. */
  record Failed<T>(RpcErrorException exception) implements RpcAnswer<T> {
    RpcError error() {
      return exception.error();
    }

    @Override
    public T get() {
      throw exception;
    }
  }

  /** The node did not answer: what was called may have happened. */
  record Unanswered<T>(LedgerUnavailableException exception) implements RpcAnswer<T> {
    @Override
    public T get() {
      throw exception;
    }
  }
}
