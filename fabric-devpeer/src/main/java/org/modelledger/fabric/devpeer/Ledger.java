package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** The channel's blocks and what became of each transaction, in memory. One thread commits. */
final class Ledger {
  /**
   * What became of a transaction.
   *
   * @param code VALID, or why it changed nothing
   * @param block the block that it is in
   */
  record Committed(TxValidationCode code, long block) {}

  private final Blocks blocks;
  private final WorldState state;
  private final Validator validator;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private final List<Block> chain = new ArrayList<>();
  private final ConcurrentHashMap<String, Committed> transactions = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, CompletableFuture<Committed>> waiting = new ConcurrentHashMap<>();
  private volatile long height;

  Ledger(Blocks blocks, WorldState state, Validator validator, Block genesis) {
    this.blocks = blocks;
    this.state = state;
    this.validator = validator;
    chain.add(genesis);
    transactions.put(BlockReader.id(genesis.getData().getData(0)),
        new Committed(TxValidationCode.VALID, 0));
    height = 1;
  }

  /** How many blocks there are. */
  long height() {
    return height;
  }

  /** The newest block. */
  Block last() {
    lock.lock();
    try {
      return chain.getLast();
    } finally {
      lock.unlock();
    }
  }

  /** A block, if it is there. */
  Optional<Block> block(long number) {
    lock.lock();
    try {
      return Long.compareUnsigned(number, chain.size()) < 0
          ? Optional.of(chain.get((int) number))
          : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** A simulation on the state after a block. */
  Simulation simulate(long block) {
    return new Simulation(state, block);
  }

  Optional<Committed> committed(String transactionId) {
    return Optional.ofNullable(transactions.get(transactionId));
  }

  /** Done when the transaction is in a block; whoever stops waiting cancels it. */
  CompletableFuture<Committed> whenCommitted(String transactionId) {
    CompletableFuture<Committed> future = waiting
        .computeIfAbsent(transactionId, id -> new CompletableFuture<>())
        .copy();
    Committed committed = transactions.get(transactionId);
    if (committed != null) {
      waiting.remove(transactionId);
      future.complete(committed);
    }
    return future;
  }

  /** A block, waited for unless it is there or the waiting is over. */
  Optional<Block> await(long number, BooleanSupplier over) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (Long.compareUnsigned(number, chain.size()) >= 0) {
        if (over.getAsBoolean()) {
          return Optional.empty();
        }
        grown.await();
      }
      return over.getAsBoolean() ? Optional.empty() : Optional.of(chain.get((int) number));
    } finally {
      lock.unlock();
    }
  }

  /** Lets those who wait for a block look whether their waiting is over. */
  void wake() {
    lock.lock();
    try {
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Commits a block of these transactions. */
  void append(List<ByteString> envelopes) {
    long number = height;
    BlockHeader previous = chain.get((int) number - 1).getHeader();
    BlockHeader header = blocks.header(number, Blocks.hash(previous), envelopes);
    List<Validator.Result> results = new ArrayList<>();
    byte[] codes = new byte[envelopes.size()];
    for (int i = 0; i < codes.length; i++) {
      Validator.Result result = validator.commit(envelopes.get(i), new Height(number, i),
          id -> transactions.containsKey(id)
              || results.stream().anyMatch(before -> before.transactionId().equals(id)));
      results.add(result);
      codes[i] = (byte) result.code().getNumber();
    }
    Block block = blocks.complete(header, envelopes, codes);
    lock.lock();
    try {
      chain.add(block);
      height = number + 1;
      for (Validator.Result result : results) {
        if (!result.transactionId().isEmpty()) {
          // of two with one id the first counts
          transactions.putIfAbsent(result.transactionId(), new Committed(result.code(), number));
        }
      }
      grown.signalAll();
    } finally {
      lock.unlock();
    }
    for (Validator.Result result : results) {
      Committed committed = transactions.get(result.transactionId());
      CompletableFuture<Committed> waiter = waiting.remove(result.transactionId());
      if (committed != null && waiter != null) {
        waiter.complete(committed);
      }
    }
  }
}
