package org.modelledger.receipt;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The inferences that have no receipt, in as few ranges as they make. Not safe for several threads. */
final class GapLedger {
  private record Range(long first, long count, Gap.Reason reason, Instant time) {
    long end() {
      return first + count;
    }
  }

  private final Map<ReceiptSession, TreeMap<Long, Range>> bySession = new LinkedHashMap<>();
  private final List<Gap> unwritten = new ArrayList<>();

  void add(ReceiptSession session, long sequence, Gap.Reason reason, Instant time) {
    TreeMap<Long, Range> ranges = bySession.computeIfAbsent(session, s -> new TreeMap<>());
    Range range = new Range(sequence, 1, reason, time);
    Map.Entry<Long, Range> before = ranges.lowerEntry(sequence);
    if (before != null && before.getValue().end() == sequence
        && before.getValue().reason() == reason) {
      Range earlier = before.getValue();
      range = new Range(earlier.first(), earlier.count() + 1, reason, earlier.time());
    }
    Range after = ranges.get(sequence + 1);
    if (after != null && after.reason() == reason) {
      ranges.remove(sequence + 1);
      range = new Range(range.first(), range.count() + after.count(), reason, range.time());
    }
    ranges.put(range.first(), range);
  }

  /** Takes gaps back that could not be written. */
  void addAll(List<Gap> gaps) {
    unwritten.addAll(gaps);
  }

  boolean isEmpty() {
    return bySession.isEmpty() && unwritten.isEmpty();
  }

  /** Returns everything as entries for the log and forgets it. */
  List<Gap> drain() {
    List<Gap> gaps = new ArrayList<>(unwritten);
    unwritten.clear();
    bySession.forEach((session, ranges) -> ranges.values()
        .forEach(range -> gaps.add(
            session.gap(range.first(), range.count(), range.time(), range.reason()))));
    bySession.clear();
    return gaps;
  }
}
