package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which transactions go out. Does no I/O and has no clock of its own, so that it can be tried
 * against every fault; one thread drives it.
 *
 * <p>The commands of a lane are numbered. The contract carries out a number once and in order, and
 * skips what it has carried out; so to send anything again is always safe, and everything here is
 * about speed and liveness. What is in flight is compared with what the chain says, the account's
 * nonce and the lane's next number. Where they do not go together – a transaction failed, was lost,
 * was overtaken by another client's, was reorganized away – the plan is made anew from the lane's
 * next number, in place of what is out under the same nonces.
 */
final class Pipeline {
  /** What the commands to be sent are. */
  interface Commands {
    /** The number after the last durable command. */
    long end();

    /** The greatest amount of gas that a command takes within a transaction. */
    long gas(long number);

    /** The bytes that a command takes within a transaction. */
    int size(long number);
  }

  /**
   * Bounds.
   *
   * @param window transactions in flight
   * @param batch commands in a transaction
   * @param gas of a transaction (EIP-7825 allows 16,777,216)
   * @param baseGas what a transaction takes besides its commands
   * @param cap the most that is offered for a unit of gas, in wei
   * @param patience blocks after which a transaction that nobody takes in offers more
   */
  record Limits(int window, int batch, long gas, long baseGas, BigInteger cap, int patience) {}

  /**
   * What the chain says at its newest block.
   *
   * @param block the number of the block
   * @param nonce how many transactions of the account it has
   * @param next the lane's next number
   * @param gasLimit of a block
   * @param price what is worth offering now
   */
  record View(long block, long nonce, long next, long gasLimit, GasPrice price) {}

  /** What a node answered to a transaction. */
  enum Answer {
    /** It has it now, or had it already. */
    ACCEPTED,
    /** The nonce is used up. */
    NONCE_TOO_LOW,
    /** Another transaction waits under the nonce, and this one does not offer enough more. */
    NONCE_TAKEN,
    /** It offers less than the node takes. */
    UNDERPRICED,
    /** Not now: the account cannot pay for it, or the node's pool is full. */
    NO_ROOM,
    /** Any other refusal. */
    REJECTED,
    /** None: it may have it or not. */
    UNKNOWN
  }

  /** More than any node takes in one transaction is 128 KiB. */
  private static final int MAX_BYTES = 96 * 1024;
  private static final long MAX_BACKOFF_RETRIES = 6;
  /** Stalls after which nonces that are not ours and hold up ours are taken, and more is offered. */
  private static final int STALLS_BEFORE_RESTART = 2;

  private final Limits limits;
  private final Commands commands;
  private final TreeMap<Long, Flight> flights = new TreeMap<>();
  /** Nonces that are out with something useless, or were, and what it offered if that is known. */
  private final TreeMap<Long, Optional<GasPrice>> slots = new TreeMap<>();

  private @Nullable View view;
  private long nextNonce;
  private long sendNext;
  private long viewAt;
  private long progressAt;
  private long retryNanos = 1_000_000_000;
  private long holdUntil;
  private boolean isHolding;
  private int retries;
  private int batchNow;
  private double leastGasFactor = 1;
  private double gasFactor = 1;
  private boolean wantsView = true;
  private boolean wantsPending = true;

  Pipeline(Limits limits, Commands commands) {
    this.limits = limits;
    this.commands = commands;
    this.batchNow = limits.batch();
  }

  /** Whether the chain is to be asked even though there is no new block. */
  boolean wantsView() {
    return wantsView;
  }

  /** Whether the next view is to come with the number of transactions that include waiting ones. */
  boolean wantsPending() {
    return wantsPending;
  }

  /** Whether anything is out or waits to go out. */
  boolean isIdle() {
    return flights.isEmpty() && sendNext >= commands.end();
  }

  /** Whether a node has something of it that is not in a block yet. */
  boolean isInFlight() {
    return !flights.isEmpty();
  }

  Collection<Flight> flights() {
    return flights.values();
  }

  /**
   * Sets by how much more gas this chain takes than the bounds say, and plans anew what was not sent
   * yet. To be called before the first of {@link #due} is sent.
   */
  void calibrate(double factor) {
    leastGasFactor = Math.max(leastGasFactor, factor);
    gasFactor = Math.max(gasFactor, factor);
    if (!flights.isEmpty()) {
      nextNonce = flights.firstKey();
      sendNext = flights.firstEntry().getValue().first;
      flights.clear();
    }
  }

  /** Sets the least time without progress after which something is sent again: some blocks' time. */
  void retryAfter(long nanos) {
    retryNanos = nanos;
  }

  /**
   * Takes what the chain says.
   *
   * @param pending how many transactions of the account there are with the waiting ones; asked for by
   *     {@link #wantsPending()}
   */
  void look(View now, Optional<Long> pending, long nanos) {
    View before = view;
    if (before != null && now.block() < before.block()
        && nanos - viewAt < 4 * retryNanos) {
      return; // from a node that lags behind another one
    }
    wantsView = false;
    view = now;
    viewAt = nanos;
    if (before == null) {
      sendNext = now.next();
      progressAt = nanos;
    } else if (now.nonce() < before.nonce()) {
      // reorganized; whether what was in those blocks waits again nobody knows
      for (long nonce = now.nonce(); nonce < before.nonce(); nonce++) {
        slots.putIfAbsent(nonce, Optional.empty());
      }
    } else if (now.nonce() > before.nonce() || now.next() > before.next()) {
      progressed(nanos);
    }
    nextNonce = Math.max(nextNonce, now.nonce());
    if (pending.isPresent()) {
      wantsPending = false;
      nextNonce = Math.max(nextNonce, pending.get());
    }
    var mined = flights.headMap(now.nonce());
    for (Flight flight : mined.values()) {
      if (now.next() >= flight.end()) {
        gasFactor = Math.max(leastGasFactor, gasFactor * 0.9);
        batchNow = Math.min(limits.batch(), batchNow * 2);
      } else if (flight.first <= now.next()) {
        failed(flight);
      }
    }
    mined.clear();
    slots.headMap(now.nonce()).clear();
    replanFrom(now.next());
  }

  /** It is in a block and its commands were not carried out: too little gas, or another's nonce. */
  private void failed(Flight flight) {
    gasFactor = Math.min(gasFactor * 1.5, 64);
    batchNow = Math.max(1, flight.count / 2);
  }

  private void progressed(long nanos) {
    progressAt = nanos;
    retries = 0;
    holdUntil = nanos;
    isHolding = false;
  }

  /** Frees what does not follow on from this number without a gap. */
  private void replanFrom(long next) {
    long expected = next;
    for (Flight flight : List.copyOf(flights.values())) {
      if (flight.first > expected) {
        free(flight.nonce);
        break;
      }
      expected = Math.max(expected, flight.end());
    }
    sendNext = expected;
  }

  /** Makes slots of all that is out from this nonce on. */
  private void free(long nonce) {
    var useless = flights.tailMap(nonce);
    for (Flight flight : useless.values()) {
      slots.put(flight.nonce, Optional.of(flight.price));
    }
    useless.clear();
  }

  /** Makes the plan anew, from the chain's nonce and the lane's next number on. */
  private void restart(View now) {
    free(0);
    for (long nonce = now.nonce(); nonce < nextNonce; nonce++) {
      slots.putIfAbsent(nonce, Optional.empty());
    }
    sendNext = now.next();
  }

  /** Returns what is to be sent now, in the order of nonces; each is to be answered. */
  List<Flight> due(long nanos) {
    View now = view;
    if (now == null || nanos - holdUntil < 0) {
      return List.of();
    }
    isHolding = false;
    if (!flights.isEmpty() && nanos - progressAt >= retryAfter()) {
      stalled(now, nanos);
    }
    long end = commands.end();
    while (sendNext < end && flights.size() < limits.window()) {
      Flight flight = next(now, end);
      if (flights.isEmpty()) {
        progressAt = nanos;
      }
      flights.put(flight.nonce, flight);
      sendNext = flight.end();
    }
    List<Flight> due = new ArrayList<>();
    for (Flight flight : flights.values()) {
      if (flight.mustSend) {
        due.add(flight);
      }
    }
    return due;
  }

  private long retryAfter() {
    return retryNanos << Math.min(retries, MAX_BACKOFF_RETRIES);
  }

  private void stalled(View now, long nanos) {
    retries++;
    progressAt = nanos;
    wantsView = true;
    wantsPending = true;
    Flight lowest = flights.firstEntry().getValue();
    boolean isTooCheap = lowest.accepted && now.block() - lowest.acceptedAt >= limits.patience();
    if (isTooCheap || retries > STALLS_BEFORE_RESTART) {
      restart(now);
    } else {
      flights.values().forEach(flight -> flight.mustSend = true);
    }
  }

  /** The next transaction, in the lowest place that is to be taken anew, or else behind all others. */
  private Flight next(View now, long end) {
    Map.Entry<Long, Optional<GasPrice>> slot = slots.firstEntry();
    GasPrice price = now.price();
    if (slot != null && slot.getValue().isPresent()) {
      price = price.atLeast(slot.getValue().get().raised());
    }
    price = price.atMost(limits.cap());
    double bound = (double) Math.min(limits.gas(), now.gasLimit());
    double gas = (double) limits.baseGas() * gasFactor;
    int bytes = 0;
    int count = 0;
    while (sendNext + count < end && count < batchNow) {
      double more = (double) commands.gas(sendNext + count) * gasFactor;
      int longer = commands.size(sendNext + count);
      if (count > 0 && (gas + more > bound || bytes + longer > MAX_BYTES)) {
        break;
      }
      gas += more;
      bytes += longer;
      count++;
    }
    long nonce;
    if (slot == null) {
      nonce = nextNonce++;
    } else {
      nonce = slot.getKey();
      slots.remove(nonce);
    }
    return new Flight(nonce, sendNext, count, (long) Math.min(gas, bound), price, slot != null);
  }

  private void hold(long nanos) {
    if (!isHolding) {
      isHolding = true;
      holdUntil = nanos + retryAfter();
      retries++;
    }
  }

  /** Takes what a node answered to one of {@link #due}. */
  void answered(Flight flight, Answer answer, long nanos) {
    if (flights.get(flight.nonce) != flight) {
      // planned anew meanwhile: what the node has is under a slot, what it refused is not
      if (answer != Answer.ACCEPTED && answer != Answer.UNKNOWN && !flight.replaces) {
        slots.remove(flight.nonce, Optional.of(flight.price));
      }
      return;
    }
    View now = view;
    if (now == null) {
      return;
    }
    flight.mustSend = false;
    switch (answer) {
      case ACCEPTED -> {
        if (!flight.accepted) {
          flight.accepted = true;
          flight.acceptedAt = now.block();
        }
      }
      case NONCE_TOO_LOW -> wantsView = true;
      case NONCE_TAKEN -> {
        free(flight.nonce);
        sendNext = flight.first;
        if (!flight.replaces) {
          // another client's: ours goes behind it
          slots.remove(flight.nonce);
          wantsView = true;
          wantsPending = true;
          hold(nanos);
        }
        holdAtCap(flight, nanos);
      }
      case UNDERPRICED -> {
        free(flight.nonce);
        sendNext = flight.first;
        holdAtCap(flight, nanos);
      }
      case NO_ROOM, REJECTED -> {
        // nothing of it is out under these nonces, unless it was before
        boolean replaces = flight.replaces;
        free(flight.nonce);
        sendNext = flight.first;
        if (!replaces) {
          slots.remove(flight.nonce);
          nextNonce = flight.nonce;
          slots.tailMap(flight.nonce).clear();
        }
        hold(nanos);
      }
      case UNKNOWN -> {
        flight.mustSend = true;
        wantsView = true;
        hold(nanos);
      }
    }
  }

  /** To ask again at once would help only if more could be offered. */
  private void holdAtCap(Flight flight, long nanos) {
    if (flight.price.max().compareTo(limits.cap()) >= 0) {
      hold(nanos);
    }
  }

  /** When {@link #due} is worth asking for again without news, in nanoseconds from now. */
  long waitNanos(long nanos) {
    if (isHolding) {
      return Math.max(1, holdUntil - nanos);
    }
    return flights.isEmpty() ? Long.MAX_VALUE : Math.max(1, progressAt + retryAfter() - nanos);
  }
}
