package org.modelledger.chain.fabric;

import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.GatewayRuntimeException;
import org.hyperledger.fabric.protos.common.Block;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.support.Backoff;
import org.modelledger.chain.support.Nanos;
import org.modelledger.chain.support.Recorded;
import org.modelledger.chain.support.Threads;
import org.modelledger.model.AccountId;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.LedgerUnavailableException;

/**
 * Receives the channel's blocks on a thread of its own, from the block that the index lacks on, and ends
 * the waits for what they settle. When a peer is lost it goes on at the next one.
 */
final class Follower {
  private final Peers peers;
  private final Ledger ledger;
  private final String chaincode;
  private final Optional<AccountId> author;
  private final @Nullable Sender sender;
  private final Backoff backoff = Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(5));
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Both belong to the lock.
  private @Nullable CloseableIterator<Block> stream;
  private boolean closed;

  Follower(Peers peers, Ledger ledger, String chaincode, Optional<AccountId> author,
      @Nullable Sender sender) {
    this.peers = peers;
    this.ledger = ledger;
    this.chaincode = chaincode;
    this.author = author;
    this.sender = sender;
    this.thread = Thread.ofPlatform().daemon().name("fabric-follower").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Ends the stream of blocks from a peer that seems to hang; another one is tried. */
  void reconnect() {
    lock.lock();
    try {
      if (stream != null) {
        stream.close();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (!isClosed()) {
      Peer peer = peers.current();
      try {
        follow(peer);
      } catch (GatewayRuntimeException e) {
        leave(peer, FabricErrors.of(peer.address(), e));
      } catch (LedgerUnavailableException e) {
        leave(peer, e);
      } catch (RuntimeException e) {
        if (!isClosed()) {
          ledger.fail(e);
        }
        return;
      }
    }
  }

  private void leave(Peer peer, ModelLedgerException trouble) {
    if (isClosed()) {
      return;
    }
    ledger.submissions().readTrouble(trouble);
    peers.leave(peer);
    pause(Nanos.of(backoff.next()));
  }

  /** Receives blocks until the stream ends, which it does only with an exception. */
  private void follow(Peer peer) {
    try (CloseableIterator<Block> blocks = peer.blocks(ledger.height())) {
      if (!use(blocks)) {
        return;
      }
      while (blocks.hasNext()) {
        receive(next(peer, blocks));
        backoff.reset();
        ledger.submissions().readTrouble(null);
      }
    } finally {
      use(null);
    }
    pause(Nanos.of(backoff.next()));
  }

  private static Block next(Peer peer, CloseableIterator<Block> blocks) {
    try {
      return blocks.next();
    } catch (NoSuchElementException e) {
      throw new LedgerUnavailableException("the peer " + peer.address()
          + " ended its stream of blocks: " + e.getMessage(), e); // it told a status instead
    }
  }

  private boolean use(@Nullable CloseableIterator<Block> blocks) {
    lock.lock();
    try {
      stream = blocks;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void receive(Block block) {
    if (block.getHeader().getNumber() < ledger.height()) {
      return; // it was sent twice
    }
    List<Indexed> added = ledger.add(ChannelBlock.read(block, chaincode));
    for (Indexed indexed : added) {
      if (author.isPresent() && indexed.header().author().equals(author.get())) {
        settle(indexed);
      }
    }
    if (sender != null) {
      sender.settle(added);
    }
  }

  private void settle(Indexed indexed) {
    Optional<Recorded> recorded = indexed.outcome() instanceof Outcome.Repeated repeated
        ? ledger.index()
            .submission(indexed.header().author(), repeated.submissionId())
            .flatMap(Indexed::recorded)
        : indexed.recorded();
    recorded.ifPresent(ledger.submissions()::settle);
  }

  private void pause(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream and the thread. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      if (stream != null) {
        stream.close();
      }
    } finally {
      lock.unlock();
    }
    Threads.join(thread);
  }
}
