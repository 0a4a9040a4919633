package org.modelledger.chain.ethereum;

import java.time.Duration;

/**
 * How a node is asked.
 *
 * @param timeout for one answer
 * @param maxBatch calls in one request, from 1; fewer once the node takes fewer
 * @param maxConcurrent requests at one time, from 1
 * @param attempts at what is safe to repeat, from 1
 */
record RpcOptions(Duration timeout, int maxBatch, int maxConcurrent, int attempts) {
  static final RpcOptions DEFAULT = new RpcOptions(Duration.ofSeconds(30), 64, 16, 7);

  RpcOptions {
    if (!timeout.isPositive() || maxBatch < 1 || maxConcurrent < 1 || attempts < 1) {
      throw new IllegalArgumentException("timeout " + timeout + ", " + maxBatch
          + " calls in a batch, " + maxConcurrent + " requests at a time and " + attempts
          + " attempts: all of them have to be more than 0");
    }
  }

  RpcOptions withTimeout(Duration newTimeout) {
    return new RpcOptions(newTimeout, maxBatch, maxConcurrent, attempts);
  }

  RpcOptions withMaxBatch(int calls) {
    return new RpcOptions(timeout, calls, maxConcurrent, attempts);
  }

  RpcOptions withMaxConcurrent(int requests) {
    return new RpcOptions(timeout, maxBatch, requests, attempts);
  }

  RpcOptions withAttempts(int newAttempts) {
    return new RpcOptions(timeout, maxBatch, maxConcurrent, newAttempts);
  }
}
