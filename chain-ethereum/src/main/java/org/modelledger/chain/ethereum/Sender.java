package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.support.Backoff;
import org.modelledger.chain.support.Nanos;
import org.modelledger.chain.support.Outbox;
import org.modelledger.chain.support.OutboxEntry;
import org.modelledger.chain.support.Recorded;
import org.modelledger.chain.support.Threads;
import org.modelledger.model.StorageException;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.SubmissionId;

/**
 * Sends what is in the outbox, on a thread of its own, as the {@link Pipeline} plans it; and settles it
 * with what the {@link Follower} finds in final blocks.
 */
final class Sender implements Pipeline.Commands {
  private static final int LOADED_AT_ONCE = 4_096;
  private static final int SENT_AT_ONCE = 32;
  /** What the second brings waits in the pool for what the first brings; pools take 64 such. */
  private static final int REQUESTS_AT_ONCE = 2;
  /** Of a key in memory one keeps up with a node; one that is asked for over a network is slow. */
  private static final int SIGNERS = 4;
  private static final int LOOKED_UP_AT_ONCE = 50;
  private static final long FRESH = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LEAST_RETRY = TimeUnit.SECONDS.toNanos(1);
  private static final long LOOK_UP_AGAIN = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int LOOKS_BEFORE_LOST = 7;
  private static final Duration DURABLE = Duration.ofMillis(20);

  private final Node node;
  private final Ledger ledger;
  private final History history;
  private final Outbox outbox;
  private final EthereumSigner signer;
  private final FeeOracle fees;
  private final long chainId;
  private final String contract;
  /** What asking the registries before this one takes, should a command create a model. */
  private final long predecessors;
  private final Node.Lane lane;
  private final BigInteger cap;
  private final Pipeline pipeline;
  private final Thread thread;
  private final ExecutorService signers = Executors.newFixedThreadPool(SIGNERS,
      Thread.ofPlatform().daemon().name("ethereum-signer-", 0).factory());
  private final ExecutorService wires = Executors.newFixedThreadPool(REQUESTS_AT_ONCE,
      Thread.ofPlatform().daemon().name("ethereum-wire-", 0).factory());
  private final Backoff backoff = Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(5));

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  // All below belong to the lock.
  /** What the plan may need: all that is not settled, and what was since the last look. */
  private final TreeMap<Long, Item> items = new TreeMap<>();
  /** Of what is not settled. */
  private final Map<SubmissionId, Long> numbers = new HashMap<>();
  private boolean hasNews = true;
  private boolean closed;
  private @Nullable Block head;
  private long interval = TimeUnit.MILLISECONDS.toNanos(200);
  private long loaded;
  private @Nullable SubmissionId lastLoaded;
  private boolean busy;

  // The follower's thread's own.
  private long passed;
  private long lookedUpAt;
  private int fruitlessLooks;

  // The thread's own.
  private @Nullable Block seen;
  private long seenAt;
  private boolean isCalibrated;
  private int requestsAtOnce = REQUESTS_AT_ONCE;
  private Runnable follower = () -> {
  };

  /** A durable command. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Item(SubmissionId id, byte[] command, long gas) {}

  Sender(Node node, Ledger ledger, History history, Outbox outbox, EthereumSigner signer,
      long chainId, String contract, Pipeline.Limits limits, int generations) {
    this.node = node;
    this.chainId = chainId;
    this.predecessors = generations * GasBounds.PREDECESSOR;
    this.contract = contract;
    this.fees = new FeeOracle(node.rpc());
    this.ledger = ledger;
    this.history = history;
    this.outbox = outbox;
    this.signer = signer;
    this.lane = new Node.Lane(signer.account().value(), outbox.lane());
    this.cap = limits.cap();
    this.pipeline = new Pipeline(limits, this);
    this.thread = Thread.ofPlatform().daemon().name("ethereum-sender").unstarted(this::run);
  }

  /** @param follower told when there may be a new block */
  void start(Runnable follower) {
    this.follower = follower;
    while (load()) {
      // all that a former process left
    }
    thread.start();
  }

  Node.Lane lane() {
    return lane;
  }

  boolean isAnyPending() {
    lock.lock();
    try {
      return !numbers.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  boolean isBusy() {
    lock.lock();
    try {
      return busy || !numbers.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Something was added to the outbox. */
  void submitted() {
    lock.lock();
    try {
      hasNews = true;
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  /** There is a new block, and blocks come at about this interval. */
  void look(Block newest, long blockInterval) {
    lock.lock();
    try {
      head = newest;
      interval = blockInterval;
      hasNews = true;
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long end() {
    lock.lock();
    try {
      return loaded;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long gas(long number) {
    return item(number).gas();
  }

  @Override
  public int size(long number) {
    return Abi.sizeInBatch(item(number).command());
  }

  private Item item(long number) {
    lock.lock();
    try {
      Item item = items.get(number);
      if (item == null) {
        throw new IllegalStateException("the lane of the outbox wants command " + number
            + ", which is settled");
      }
      return item;
    } finally {
      lock.unlock();
    }
  }

  /** Takes more from the outbox; returns whether there was more. */
  private boolean load() {
    long from = end();
    List<OutboxEntry> entries = outbox.pending(from, LOADED_AT_ONCE);
    lock.lock();
    try {
      for (OutboxEntry entry : entries) {
        byte[] command = entry.command();
        boolean sharesAWord = lastLoaded != null
            && GasBounds.shareABucket(lastLoaded, entry.id());
        long gas = GasBounds.submission(command) + predecessors
            + (sharesAWord ? 0 : GasBounds.BUCKET);
        items.put(entry.sequence(), new Item(entry.id(), command, gas));
        numbers.put(entry.id(), entry.sequence());
        loaded = entry.sequence() + 1;
        lastLoaded = entry.id();
      }
    } finally {
      lock.unlock();
    }
    return !entries.isEmpty();
  }

  private void run() {
    while (true) {
      long nanos;
      try {
        nanos = step();
        backoff.reset();
      } catch (LedgerUnavailableException | StorageException e) {
        ledger.submissions().sendTrouble(e);
        nanos = Nanos.of(backoff.next());
      } catch (InterruptedException e) {
        return; // closed
      } catch (RuntimeException e) {
        lock.lock();
        try {
          if (closed) {
            return;
          }
        } finally {
          lock.unlock();
        }
        ledger.fail(e);
        return;
      }
      lock.lock();
      try {
        if (!hasNews && !closed && nanos > 0) {
          var unused = news.awaitNanos(nanos);
        }
        hasNews = false;
        if (closed) {
          return;
        }
      } catch (InterruptedException e) {
        return; // closed
      } finally {
        lock.unlock();
      }
    }
  }

  /** Sends what there is to send; returns how long to wait for news. */
  private long step() throws InterruptedException {
    if (outbox.next() > end() && outbox.awaitDurable(end(), DURABLE)) {
      while (load()) {
        // until all that is durable is here
      }
    }
    // what is in a block is looked after until it is final: a reorganization may take it back
    boolean idle = pipeline.isIdle() && seen != null && !isAnyPending();
    lock.lock();
    try {
      busy = !idle;
    } finally {
      lock.unlock();
    }
    if (idle) {
      return outbox.next() > end() ? 0 : Long.MAX_VALUE;
    }
    long pause = pause();
    Block at = look(pause);
    long now = System.nanoTime();
    List<Flight> due = pipeline.due(now);
    if (!due.isEmpty() && !isCalibrated) {
      isCalibrated = true;
      if (calibrate(due.get(0))) {
        return 0;
      }
    }
    send(due, FeeOracle.isLegacy(at));
    if (!due.isEmpty()) {
      follower.run();
    }
    if (outbox.next() > end()) {
      return 0;
    }
    long wait = pipeline.waitNanos(System.nanoTime());
    return pipeline.wantsView() ? Math.min(wait, pause) : wait;
  }

  private long pause() {
    lock.lock();
    try {
      pipeline.retryAfter(Math.max(LEAST_RETRY, 2 * interval));
      return Math.clamp(interval / 8, TimeUnit.MILLISECONDS.toNanos(10),
          TimeUnit.SECONDS.toNanos(1));
    } finally {
      lock.unlock();
    }
  }

  /** Asks the chain if there is a new block, or if the plan wants it and it was not just asked. */
  private Block look(long pause) {
    Block newest;
    lock.lock();
    try {
      newest = head;
    } finally {
      lock.unlock();
    }
    long age = System.nanoTime() - seenAt;
    boolean isNew = newest != null && (seen == null || !newest.hash().equals(seen.hash()));
    boolean isStale = seen == null || (pipeline.wantsView() && age > pause)
        || (!pipeline.isInFlight() && age > FRESH);
    if (seen != null && !isNew && !isStale) {
      return seen;
    }
    Block at = isStale || newest == null ? node.latest() : newest;
    boolean pending = pipeline.wantsPending();
    Node.Standing standing = node.standing(lane, at.number(), pending);
    GasPrice price = fees.price(at);
    seen = at;
    seenAt = System.nanoTime();
    pipeline.look(new Pipeline.View(at.number(), standing.nonce(), standing.next(), at.gasLimit(),
        price), standing.pending(), seenAt);
    lock.lock();
    try {
      // the plan goes on from there
      items.headMap(standing.next()).values().removeIf(item -> !numbers.containsKey(item.id()));
    } finally {
      lock.unlock();
    }
    return at;
  }

  /**
   * Compares the bounds for gas with what the node says, once: some chains count more. Returns whether
   * the plan is to be made anew.
   */
  private boolean calibrate(Flight flight) {
    long estimate;
    try {
      estimate = node.estimate(lane.author(), data(flight));
    } catch (LedgerUnavailableException e) {
      return false; // sending will tell what is wrong
    }
    if (estimate <= flight.gas) {
      return false;
    }
    pipeline.calibrate(1.1 * estimate / flight.gas);
    return true;
  }

  /**
   * Sends, while what comes next is being signed and, so that the node need not wait for us, the next
   * request is under way.
   */
  private void send(List<Flight> due, boolean isLegacy) throws InterruptedException {
    List<Future<SignedTransaction>> signed = new ArrayList<>(due.size());
    for (Flight flight : due) {
      signed.add(signers.submit(() -> sign(flight, isLegacy)));
    }
    ArrayDeque<Request> underWay = new ArrayDeque<>();
    try {
      for (int i = 0; i < due.size(); i += SENT_AT_ONCE) {
        int end = Math.min(due.size(), i + SENT_AT_ONCE);
        List<SignedTransaction> transactions = new ArrayList<>(end - i);
        for (Future<SignedTransaction> transaction : signed.subList(i, end)) {
          transactions.add(result(transaction));
        }
        while (underWay.size() >= requestsAtOnce) {
          answered(underWay.remove());
        }
        underWay.add(new Request(due.subList(i, end),
            wires.submit(() -> node.send(transactions))));
      }
      while (!underWay.isEmpty()) {
        answered(underWay.remove());
      }
    } finally {
      signed.forEach(transaction -> transaction.cancel(false));
    }
  }

  /** What was sent and is not answered yet. */
  private record Request(List<Flight> flights, Future<List<RpcAnswer<String>>> answers) {}

  private void answered(Request request) throws InterruptedException {
    List<RpcAnswer<String>> answers = result(request.answers());
    long now = System.nanoTime();
    for (int i = 0; i < answers.size(); i++) {
      Flight flight = request.flights().get(i);
      pipeline.answered(flight, answer(flight, answers.get(i)), now);
    }
  }

  private static <T> T result(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private SignedTransaction sign(Flight flight, boolean isLegacy) {
    SignedTransaction signed = flight.signed;
    if (signed == null) {
      SignedTransaction.Unsigned transaction = SignedTransaction.Unsigned.call(chainId,
          flight.nonce, flight.price, flight.gas, contract, data(flight));
      signed = SignedTransaction.sign(transaction, isLegacy, signer);
      flight.signed = signed;
    }
    return signed;
  }

  private Pipeline.Answer answer(Flight flight, RpcAnswer<String> answer) {
    return switch (answer) {
      case RpcAnswer.Result<String> accepted -> {
        ledger.submissions().sendTrouble(null);
        yield Pipeline.Answer.ACCEPTED;
      }
      case RpcAnswer.Unanswered<String>(LedgerUnavailableException why) -> {
        ledger.submissions().sendTrouble(why);
        yield Pipeline.Answer.UNKNOWN;
      }
      case RpcAnswer.Failed<String>(RpcErrorException why) -> answer(flight, why);
    };
  }

  private Pipeline.Answer answer(Flight flight, RpcErrorException why) {
    return switch (why.error().kind()) {
      case ALREADY_KNOWN -> Pipeline.Answer.ACCEPTED;
      case NONCE_TOO_LOW -> Pipeline.Answer.NONCE_TOO_LOW;
      case REPLACEMENT_UNDERPRICED -> {
        tooCheap(flight, why);
        yield Pipeline.Answer.NONCE_TAKEN;
      }
      case UNDERPRICED -> {
        tooCheap(flight, why);
        yield Pipeline.Answer.UNDERPRICED;
      }
      case INSUFFICIENT_FUNDS -> {
        ledger.submissions()
            .sendTrouble(new InsufficientFundsException(signer.account(), Optional.empty(),
                chainId, String.valueOf(why.getMessage())));
        yield Pipeline.Answer.NO_ROOM;
      }
      case NONCE_TOO_HIGH -> {
        requestsAtOnce = 1; // this node lets nothing wait for what comes before it
        ledger.submissions().sendTrouble(why);
        yield Pipeline.Answer.NO_ROOM;
      }
      case POOL_FULL, RATE_LIMITED -> {
        ledger.submissions().sendTrouble(why);
        yield Pipeline.Answer.NO_ROOM;
      }
      default -> {
        ledger.submissions().sendTrouble(why);
        yield Pipeline.Answer.REJECTED;
      }
    };
  }

  private void tooCheap(Flight flight, RpcErrorException why) {
    ledger.submissions()
        .sendTrouble(flight.price.max().compareTo(cap) >= 0
            ? new UnderpricedException(chainId, flight.price.raised().max(), cap)
            : why);
  }

  private byte[] data(Flight flight) {
    List<Abi.Submitted> batch = new ArrayList<>(flight.count);
    for (long number = flight.first; number < flight.end(); number++) {
      Item item = item(number);
      batch.add(new Abi.Submitted(item.id(), item.command()));
    }
    return Abi.execute(lane.id(), flight.first, batch);
  }

  /** Settles what is ours among final entries. */
  void settle(List<History.Entry> entries) {
    Map<SubmissionId, byte[]> outcomes = new HashMap<>();
    List<Recorded> ours = new ArrayList<>();
    for (History.Entry entry : entries) {
      Recorded recorded = entry.recorded();
      if (entry.author().value().equals(lane.author())
          && !recorded.id().equals(EventCodec.NO_ID)) {
        ours.add(recorded);
        if (forget(recorded.id())) {
          outcomes.put(recorded.id(), Outcomes.write(entry.log(), entry.seconds()));
        }
      }
    }
    // first in the outbox: whoever looks there and finds it pending is told afterwards
    record(outcomes);
    ours.forEach(ledger.submissions()::settle);
  }

  /** Without a disk the outcomes are found on the chain again. */
  private void record(Map<SubmissionId, byte[]> outcomes) {
    try {
      outcomes.forEach(outbox::settle);
    } catch (StorageException e) {
      ledger.submissions().sendTrouble(e);
    }
  }

  /** Returns whether it was open until now. */
  private boolean forget(SubmissionId id) {
    lock.lock();
    try {
      return numbers.remove(id) != null;
    } finally {
      lock.unlock();
    }
  }

  /** The lane has passed these numbers, as the node says it of a final block. */
  void passed(long next) {
    passed = next;
  }

  /**
   * Looks up what the lane has passed without an entry in the blocks that were read: what was final
   * before this process, and what was submitted under the same id elsewhere.
   *
   * @param end the last final block
   */
  void lookUpPassed(long end) {
    List<SubmissionId> ids = new ArrayList<>();
    lock.lock();
    try {
      for (Item item : items.headMap(passed).values()) {
        if (numbers.containsKey(item.id())) {
          ids.add(item.id());
        }
      }
    } finally {
      lock.unlock();
    }
    long now = System.nanoTime();
    if (ids.isEmpty()) {
      fruitlessLooks = 0;
      return;
    }
    if (fruitlessLooks > 0 && now - lookedUpAt < LOOK_UP_AGAIN << Math.min(fruitlessLooks, 6)) {
      return;
    }
    lookedUpAt = now;
    if (fruitlessLooks > 0) {
      // nodes have been seen that answer with a state between two blocks
      passed = node.standing(lane, end, false).next();
    }
    fruitlessLooks++;
    for (int i = 0; i < ids.size(); i += LOOKED_UP_AT_ONCE) {
      lookUp(ids.subList(i, Math.min(ids.size(), i + LOOKED_UP_AT_ONCE)), end);
    }
  }

  private void lookUp(List<SubmissionId> ids, long block) {
    settle(history.read(history.find(topics(lane.author(), ids), block, ids.size())));
    if (fruitlessLooks < LOOKS_BEFORE_LOST) {
      return;
    }
    for (SubmissionId id : ids) {
      boolean isOpen;
      lock.lock();
      try {
        Long number = numbers.get(id);
        isOpen = number != null && number < passed;
      } finally {
        lock.unlock();
      }
      if (isOpen && !wasSubmitted(node, lane.author(), id, NodeCalls.block(block))) {
        // the outbox is older than the chain: its lane went on without this command
        if (forget(id)) {
          record(Map.of(id, Outcomes.lost()));
        }
        ledger.submissions().waiting(id).ifPresent(submission -> {
          ledger.submissions().remove(id);
          submission.fail(() -> lost(id));
        });
      }
    }
  }

  static LedgerUnavailableException lost(SubmissionId id) {
    return new LedgerUnavailableException("the command under the id " + id
        + " did not happen and never will: its outbox is older than what the chain has of it. Submit"
        + " it again under another id, and use a new outbox");
  }

  /** Topics that find what became of an author's submissions. */
  static List<@Nullable Object> topics(String author, List<SubmissionId> ids) {
    return Arrays.asList(null, null, Abi.addressTopic(author),
        ids.stream().map(Abi::idTopic).toList());
  }

  static boolean wasSubmitted(Node node, String author, SubmissionId id, String block) {
    return Abi.find(node.call(Calls.wasSubmitted(author, id), block),
        org.web3j.abi.datatypes.Bool.class)
        .map(org.web3j.abi.datatypes.Bool::getValue)
        .orElse(false);
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      news.signal();
    } finally {
      lock.unlock();
    }
    Threads.end(thread);
    signers.shutdownNow();
    signers.close();
    wires.shutdownNow();
    wires.close();
  }
}
