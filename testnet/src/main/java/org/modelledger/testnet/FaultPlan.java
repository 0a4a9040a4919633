package org.modelledger.testnet;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decides what happens to each request that reaches a {@link FaultyProxy}. It is called by several threads at a time.
 */
@FunctionalInterface
public interface FaultPlan {
  /**
   * Decides about the next request.
   *
   * @param methods what is called, in order: one method, or those of a batch; {@code eth_subscription} for what a node
   *     tells a subscriber by itself; empty if it is no JSON-RPC
   * @return what to do to it
   */
  Fault next(List<String> methods);

  /**
   * Passes everything on.
   *
   * @return a plan
   */
  static FaultPlan none() {
    return always(Fault.NONE);
  }

  /**
   * Does the same to each request.
   *
   * @param fault what to do
   * @return a plan
   */
  static FaultPlan always(Fault fault) {
    Objects.requireNonNull(fault, "fault");
    return methods -> fault;
  }

  /**
   * Draws a fault for each request. The same seed gives the same decisions in the same order; which request gets which
   * still depends on the order in which they come.
   *
   * @param seed of the random numbers; tests print it
   * @param shares how likely each fault is, from 0; their sum is 1 at most, and the rest is passed on
   * @return a plan
   */
  static FaultPlan seeded(long seed, Map<Fault, Double> shares) {
    Map<Fault, Double> copy = new EnumMap<>(Fault.class);
    copy.putAll(shares);
    double sum = copy.values().stream().mapToDouble(Double::doubleValue).sum();
    if (copy.values().stream().anyMatch(share -> !(share >= 0)) || sum > 1.000_001) {
      throw new IllegalArgumentException("the shares are from 0 and 1 at most together: " + copy);
    }
    SplittableRandom random = new SplittableRandom(seed);
    ReentrantLock lock = new ReentrantLock();
    return methods -> {
      double drawn;
      lock.lock();
      try {
        drawn = random.nextDouble();
      } finally {
        lock.unlock();
      }
      for (Map.Entry<Fault, Double> entry : copy.entrySet()) {
        drawn -= entry.getValue();
        if (drawn < 0) {
          return entry.getKey();
        }
      }
      return Fault.NONE;
    };
  }

  /**
   * Leaves alone what calls none of these methods.
   *
   * @param methods such as {@code eth_sendRawTransaction}
   * @return a plan that asks this one about the rest only
   */
  default FaultPlan only(String... methods) {
    Set<String> wanted = Set.copyOf(Arrays.asList(methods));
    return called -> called.stream().anyMatch(wanted::contains) ? next(called) : Fault.NONE;
  }

  /**
   * Passes everything on after a number of faults.
   *
   * @param faults how many, from 0
   * @return a plan that asks this one until then
   */
  default FaultPlan atMost(long faults) {
    AtomicLong left = new AtomicLong(faults);
    return called -> {
      if (left.get() <= 0) {
        return Fault.NONE;
      }
      Fault fault = next(called);
      return fault == Fault.NONE || left.getAndDecrement() > 0 ? fault : Fault.NONE;
    };
  }
}
