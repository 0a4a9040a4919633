package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.RpcErrorException;

/** Mines a block every few milliseconds, until told to pause, so that a test says what is in a block. */
final class PausedMiner implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(5);

  private final AnvilNode node;
  private final Thread thread;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile Optional<BigInteger> baseFee = Optional.empty();
  private volatile boolean closed;

  private PausedMiner(AnvilNode node) {
    this.node = node;
    this.thread = Thread.ofPlatform().daemon().name("miner").unstarted(this::mine);
  }

  static PausedMiner start(AnvilNode node) {
    PausedMiner miner = new PausedMiner(node);
    miner.thread.start();
    return miner;
  }

  private void mine() {
    while (!closed) {
      turn.lock();
      try {
        baseFee.ifPresent(node::setNextBlockBaseFee);
        node.mine(1);
      } catch (RpcErrorException e) {
        // the node says why, and the test that waits for a block fails
      } finally {
        turn.unlock();
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }

  AnvilNode node() {
    return node;
  }

  void pause() {
    turn.lock();
  }

  void goOn() {
    turn.unlock();
  }

  /** Each block from now on has this base fee. */
  void goOnWith(BigInteger wei) {
    baseFee = Optional.of(wei);
    goOn();
  }

  @Override
  public void close() {
    closed = true;
    while (turn.isHeldByCurrentThread()) {
      turn.unlock(); // a test that failed in a pause
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
