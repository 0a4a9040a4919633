package org.modelledger.bench.suite;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.util.ListStatistics;

/**
 * What a row is to its peer. In each round the mean of the one is divided by that of the other, which
 * ran a moment before or after it; what is told is the geometric mean of these, and the interval that
 * Student's distribution gives it, on logarithms: the rounds are the measurements that depend on nothing
 * of each other, the iterations within a JVM are not.
 *
 * @param value ours by the peer's: of times, more is slower; of rates, more is faster
 * @param low where the interval of 95 % begins; NaN with fewer than three rounds
 * @param high where it ends
 */
record Ratio(double value, double low, double high) {
  private static final double CONFIDENCE = 0.95;

  /**
   * Compares two rows.
   *
   * @return empty if one of them has no round, or they measure different things
   */
  static Optional<Ratio> of(Row ours, Row peer) {
    int rounds = Math.min(ours.rounds().size(), peer.rounds().size());
    if (rounds == 0 || !ours.unit().equals(peer.unit()) || ours.isRate() != peer.isRate()) {
      return Optional.empty();
    }
    double[] logs = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      logs[i] = Math.log(ours.rounds().get(i).getMean() / peer.rounds().get(i).getMean());
    }
    ListStatistics statistics = new ListStatistics(logs);
    double half = statistics.getMeanErrorAt(CONFIDENCE);
    return Optional.of(new Ratio(Math.exp(statistics.getMean()),
        Math.exp(statistics.getMean() - half), Math.exp(statistics.getMean() + half)));
  }

  /** Returns the row that another one is compared with. */
  static Optional<Row> peerOf(Row ours, List<Row> all, Map<String, Report.PeerName> peers) {
    Report.PeerName peer = peers.get(ours.benchmark());
    if (peer == null) {
      return Optional.empty();
    }
    List<Row> candidates = all.stream()
        .filter(row -> row.benchmark().equals(peer.benchmark()))
        .filter(row -> row.isLatency() == ours.isLatency())
        .filter(row -> row.params()
            .entrySet()
            .stream()
            .allMatch(param -> ours.params()
                .getOrDefault(param.getKey(),
                    peer.params().getOrDefault(param.getKey(), param.getValue()))
                .equals(param.getValue())))
        .toList();
    return candidates.stream()
        .filter(row -> row.threads() == ours.threads())
        .findFirst()
        .or(() -> candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty());
  }
}
