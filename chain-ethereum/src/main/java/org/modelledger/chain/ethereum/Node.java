package org.modelledger.chain.ethereum;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.registry.LedgerUnavailableException;

/** What is asked of a node about the registry's contract; one batch for each question. */
final class Node implements AutoCloseable {
  private final JsonRpc rpc;
  private final String contract;

  Node(JsonRpc rpc, String contract) {
    this.rpc = rpc;
    this.contract = contract;
  }

  /** The node refuses to look at so many blocks at once, or to return so many entries. */
  static final class RangeTooGreatException extends LedgerUnavailableException {
    private static final long serialVersionUID = 1L;

    RangeTooGreatException(RpcErrorException cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
  }

  /**
   * The ends of the chain.
   *
   * @param last the newest block
   * @param end the newest final block; empty if there is none yet
   * @param again the block that was asked for by its number; empty if the node does not have it
   */
  record Heads(Block last, Optional<Block> end, Optional<Block> again) {}

  /**
   * A range of blocks.
   *
   * @param logs of the contract, in order
   * @param last the last block of the range
   * @param next the lane's next number there; 0 if no lane was asked for
   */
  record Range(List<RawLog> logs, Block last, long next) {}

  /** A stream of submissions by an author. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Lane(String author, byte[] id) {}

  /** Where an account stands: its nonce, its lane's next number, its nonce after all that waits. */
  record Standing(long nonce, long next, Optional<Long> pending) {}

  /** A call's place in a batch. */
  private record Place<T>(RpcCall<T> call, int index) {}

  /** Calls of one batch whose results are of several types. */
  private final class Batch {
    private final List<RpcCall<?>> calls = new ArrayList<>();
    private List<RpcAnswer<Object>> answers = List.of();

    <T> Place<T> add(RpcCall<T> call) {
      calls.add(call);
      return new Place<>(call, calls.size() - 1);
    }

    void send() {
      answers = rpc.<Object>batch(calls);
    }

    @SuppressWarnings("unchecked") // the answer to a call of this type
    <T> T get(Place<T> place) {
      return (T) answers.get(place.index()).get();
    }

    boolean hasFailed(Place<?> place) {
      return answers.get(place.index()) instanceof RpcAnswer.Failed;
    }
  }

  JsonRpc rpc() {
    return rpc;
  }

  /** Returns the ends of the chain, and one block once more. */
  Heads heads(Finality finality, long again) {
    Batch batch = new Batch();
    Place<Optional<Block>> latest = batch.add(NodeCalls.header(NodeCalls.LATEST));
    Place<Optional<Block>> known = batch.add(NodeCalls.header(NodeCalls.block(again)));
    boolean byTag = !finality.tag().equals(NodeCalls.LATEST);
    Place<Optional<Block>> tagged = byTag ? batch.add(NodeCalls.header(finality.tag())) : latest;
    batch.send();
    Block last = existing(batch.get(latest));
    Optional<Block> end;
    if (byTag) {
      end = batch.get(tagged);
    } else if (finality.isImmediate()) {
      end = Optional.of(last);
    } else {
      long number = last.number() - finality.confirmations();
      end = number < 0 ? Optional.empty() : rpc.call(NodeCalls.header(NodeCalls.block(number)));
    }
    return new Heads(last, end,
        batch.hasFailed(known) ? Optional.empty() : batch.get(known));
  }

  private static Block existing(Optional<Block> block) {
    return block.orElseThrow(() -> new LedgerUnavailableException("the node has no block yet"));
  }

  Block latest() {
    return existing(rpc.call(NodeCalls.header(NodeCalls.LATEST)));
  }

  /**
   * Reads the contract's entries in blocks, and where the chain stands at the last of them.
   *
   * @throws LedgerUnavailableException if the node does not have the last block
   */
  Range range(long from, long to, Optional<Lane> lane) {
    Batch batch = new Batch();
    Place<List<RawLog>> logs = batch.add(logsCall(from, to, List.of()));
    Place<Optional<Block>> block = batch.add(NodeCalls.header(NodeCalls.block(to)));
    Optional<Place<String>> next = lane.map(l -> batch.add(nextCall(l, to)));
    batch.send();
    List<RawLog> found = inRange(() -> batch.get(logs));
    Optional<Block> last = batch.get(block);
    return new Range(found,
        last.orElseThrow(
            () -> new LedgerUnavailableException("the node does not have block " + to + " now")),
        next.map(place -> number(batch.get(place))).orElse(0L));
  }

  /**
   * Reads the contract's entries with these topics.
   *
   * @param topics for each place a topic, a list of alternatives, or null for any
   * @throws RangeTooGreatException if the node wants a smaller range
   */
  List<RawLog> logs(long from, long to, List<? extends @Nullable Object> topics) {
    return inRange(() -> rpc.call(logsCall(from, to, topics)));
  }

  private static List<RawLog> inRange(Supplier<List<RawLog>> read) {
    try {
      return read.get();
    } catch (RpcErrorException e) {
      switch (e.error().kind()) {
        case RANGE_TOO_LARGE, BATCH_TOO_LARGE -> throw new RangeTooGreatException(e);
        default -> throw e;
      }
    }
  }

  /** Returns the times of blocks, in seconds since 1970, by their numbers. */
  Map<Long, Long> times(Collection<Long> blocks) {
    List<Long> numbers = List.copyOf(blocks);
    Map<Long, Long> times = new HashMap<>();
    if (numbers.isEmpty()) {
      return times;
    }
    List<RpcAnswer<Optional<Block>>> answers = rpc
        .batch(numbers.stream().map(n -> NodeCalls.header(NodeCalls.block(n))).toList());
    for (int i = 0; i < numbers.size(); i++) {
      long number = numbers.get(i);
      times.put(number, answers.get(i)
          .get()
          .orElseThrow(() -> new LedgerUnavailableException(
              "the node does not have block " + number))
          .seconds());
    }
    return times;
  }

  /** Calls the contract as of a block. */
  String call(byte[] data, String block) {
    return rpc.call(NodeCalls.call(contract, NodeCalls.hex(data), block));
  }

  String call(byte[] data, long block) {
    return call(data, NodeCalls.block(block));
  }

  /**
   * Looks at an account and its lane as of a block.
   *
   * @param pending whether to count what waits, too
   */
  Standing standing(Lane lane, long block, boolean pending) {
    Batch batch = new Batch();
    Place<Long> nonce = batch.add(NodeCalls.nonce(lane.author(), NodeCalls.block(block)));
    Place<String> next = batch.add(nextCall(lane, block));
    Optional<Place<Long>> waiting = pending
        ? Optional.of(batch.add(NodeCalls.nonce(lane.author(), NodeCalls.PENDING)))
        : Optional.empty();
    batch.send();
    return new Standing(batch.get(nonce), number(batch.get(next)),
        waiting.map(batch::get));
  }

  /** Estimates the gas of a transaction to the contract. */
  long estimate(String author, byte[] data) {
    return rpc.call(NodeCalls.estimateGas(author, contract, NodeCalls.hex(data)));
  }

  List<RpcAnswer<String>> send(List<SignedTransaction> transactions) {
    return rpc
        .batch(transactions.stream().map(t -> NodeCalls.sendRawTransaction(t.bytes())).toList());
  }

  private RpcCall<String> nextCall(Lane lane, long block) {
    return NodeCalls.call(contract, NodeCalls.hex(Calls.nextInLane(lane)), NodeCalls.block(block));
  }

  private RpcCall<List<RawLog>> logsCall(long from, long to,
      List<? extends @Nullable Object> topics) {
    return NodeCalls.logs(contract, NodeCalls.block(from), NodeCalls.block(to), topics);
  }

  private static long number(String answer) {
    return Abi.find(answer, org.web3j.abi.datatypes.generated.Uint256.class)
        .map(value -> value.getValue().longValueExact())
        .orElse(0L);
  }

  @Override
  public void close() {
    rpc.close();
  }
}
