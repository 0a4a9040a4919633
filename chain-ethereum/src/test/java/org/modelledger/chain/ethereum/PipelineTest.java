package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.modelledger.chain.ethereum.Pipeline.Answer;
import org.modelledger.chain.ethereum.Pipeline.Limits;
import org.modelledger.chain.ethereum.Pipeline.View;

/** The plan of sending, against a chain that is simulated with everything that goes wrong on one. */
class PipelineTest {
  private static final BigInteger CAP = BigInteger.valueOf(100_000);
  private static final long SECOND = 1_000_000_000L;

  @Test
  @DisplayName("packs what has gathered, within the bounds of a transaction and the window")
  void packs() {
    Simulation simulation = new Simulation(new SplittableRandom(1), 0);
    simulation.end = 1_000;
    simulation.pipeline.look(simulation.view(), Optional.of(0L), 0);

    List<Flight> due = simulation.pipeline.due(0);

    assertThat(due).hasSize(8).allSatisfy(f -> assertThat(f.count).isEqualTo(10));
    assertThat(due).extracting(f -> f.nonce).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(due.get(7).end()).isEqualTo(80);
  }

  @Test
  @DisplayName("carries everything out without a fault in hardly more blocks than it takes")
  void isQuick() {
    Simulation simulation = new Simulation(new SplittableRandom(2), 0);
    simulation.end = 4_000;

    int rounds = simulation.run(4_000, 1_000);

    assertThat(rounds).isLessThan(4_000 / 80 + 10);
    assertThat(simulation.mined).isEqualTo(400);
  }

  @Test
  @DisplayName("carries everything out, whatever is dropped, doubled, delayed, overtaken, reorganized or made dear")
  void survivesFaults() {
    long first = Long.getLong("modelledger.seed", System.nanoTime());
    for (long seed = first; seed < first + 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Simulation simulation = new Simulation(random, random.nextInt(1, 8));
      int rounds = simulation.run(300, 20_000);
      assertThat(simulation.next).as("-Dmodelledger.seed=" + seed).isGreaterThanOrEqualTo(300);
      assertThat(rounds).as("rounds of -Dmodelledger.seed=" + seed).isLessThan(5_000);
    }
  }

  /** A chain with one lane, a pool with go-ethereum's rules, and a network between that and us. */
  private static final class Simulation implements Pipeline.Commands {
    private final SplittableRandom random;
    private final int faults;
    final Pipeline pipeline;
    private long end;
    private long nanos;

    private long block = 1;
    private long nonce;
    private long next;
    private long baseFee = 100;
    private int mined;
    private final TreeMap<Long, Pooled> pool = new TreeMap<>();
    private final List<long[]> undo = new ArrayList<>();
    private final List<Pooled> recent = new ArrayList<>();

    /** A transaction that waits; {@code flight} is null if it is another client's. */
    private record Pooled(long nonce, long first, long end, GasPrice price, boolean isEnoughGas) {}

    Simulation(SplittableRandom random, int faults) {
      this.random = random;
      this.faults = faults;
      this.pipeline = new Pipeline(new Limits(8, 10, 1_000_000, 50_000, CAP, 3), this);
      pipeline.retryAfter(SECOND);
    }

    @Override
    public long end() {
      return end;
    }

    @Override
    public long gas(long number) {
      return 40_000;
    }

    @Override
    public int size(long number) {
      return 200;
    }

    private boolean fault(int percent) {
      return faults > 0 && random.nextInt(100) < percent * faults / 4;
    }

    /** Runs until so many commands are carried out; faults end after half the time. */
    int run(long commands, int rounds) {
      int quietAfter = 1_500;
      for (int round = 0; round < rounds; round++) {
        boolean quiet = round > quietAfter;
        if (next >= commands && end >= commands) {
          return round;
        }
        end = Math.min(commands, faults == 0 ? commands : end + random.nextInt(0, 25));
        nanos += SECOND / 20 + (faults > 0 ? random.nextLong(SECOND / 5) : 0);
        if (quiet) {
          step(false);
        } else {
          step(faults > 0);
        }
      }
      return rounds;
    }

    private void step(boolean faulty) {
      if (!faulty || !fault(10)) {
        Optional<Long> pending = pipeline.wantsPending()
            ? Optional.of(pending())
            : Optional.empty();
        View view = view();
        if (faulty && fault(5)) {
          view = new View(Math.max(0, block - 2), Math.max(0, nonce - 2), Math.max(0, next - 9),
              30_000_000, view.price());
        }
        pipeline.look(view, pending, nanos);
      }
      for (int again = 0; again < 100; again++) {
        List<Flight> due = pipeline.due(nanos);
        if (due.isEmpty()) {
          break;
        }
        for (Flight flight : due) {
          pipeline.answered(flight, send(flight, faulty), nanos);
        }
      }
      if (faulty) {
        disturb();
      }
      if (!faulty || random.nextInt(3) > 0) {
        mine();
      }
    }

    private Answer send(Flight flight, boolean faulty) {
      if (faulty && fault(3)) {
        return Answer.UNKNOWN; // the request was lost
      }
      if (faulty && fault(2)) {
        return Answer.NO_ROOM;
      }
      Answer answer = submit(new Pooled(flight.nonce, flight.first, flight.end(), flight.price,
          flight.gas >= 50_000 + 40_000L * flight.count && !(faulty && fault(2))));
      return faulty && fault(3) ? Answer.UNKNOWN : answer; // the answer was lost
    }

    private Answer submit(Pooled sent) {
      if (sent.nonce < nonce) {
        return Answer.NONCE_TOO_LOW;
      }
      if (sent.price.max().longValue() < 50) {
        return Answer.UNDERPRICED;
      }
      Pooled there = pool.get(sent.nonce);
      if (sent.equals(there)) {
        return Answer.ACCEPTED;
      }
      if (there != null && sent.price.max()
          .multiply(BigInteger.TEN)
          .compareTo(there.price.max().multiply(BigInteger.valueOf(11))) < 0) {
        return Answer.NONCE_TAKEN;
      }
      pool.put(sent.nonce, sent);
      return Answer.ACCEPTED;
    }

    private long pending() {
      long pending = nonce;
      while (pool.containsKey(pending)) {
        pending++;
      }
      return pending;
    }

    private void disturb() {
      if (fault(3) && !pool.isEmpty()) {
        pool.remove(pool.firstKey() + random.nextInt(pool.size())); // dropped by the pool
      }
      if (fault(3)) {
        pool.putIfAbsent(pending(), // another client's transaction, which does nothing for us
            new Pooled(pending(), Long.MAX_VALUE, Long.MAX_VALUE, GasPrice.ofWei(150, 1), true));
      }
      if (fault(3)) {
        baseFee = random.nextLong(20, 3_020);
      }
      if (fault(3)) {
        for (int depth = random.nextInt(1, 4); depth > 0 && !undo.isEmpty(); depth--) {
          long[] before = undo.remove(undo.size() - 1);
          nonce = before[0];
          next = before[1];
        }
        for (Pooled lost : recent) {
          if (random.nextBoolean() && lost.nonce >= nonce) {
            pool.putIfAbsent(lost.nonce, lost);
          }
        }
      }
    }

    private void mine() {
      block++;
      undo.add(new long[]{nonce, next});
      int room = 12;
      for (Pooled best = pool.get(nonce); best != null && room-- > 0
          && best.price.max().longValue() >= baseFee; best = pool.get(nonce)) {
        pool.remove(nonce);
        recent.add(best);
        nonce++;
        mined++;
        if (best.first <= next && best.isEnoughGas) {
          next = Math.max(next, best.end);
        }
      }
      pool.headMap(nonce).clear();
      while (recent.size() > 20) {
        recent.remove(0);
      }
      while (undo.size() > 5) {
        undo.remove(0);
      }
    }

    private View view() {
      return new View(block, nonce, next, 30_000_000, GasPrice.ofWei(2 * baseFee + 1, 1));
    }
  }
}
