package org.modelledger.pack;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics of a statement, which are names and numbers, sorted into what can be drawn and what cannot:
 * {@code epoch:3:train.loss} is a point of a curve, {@code confusion:paid:defaulted} says how often what
 * was {@code paid} was taken for {@code defaulted}, everything else is a number
 * (docs/formats/evidence-pack.md).
 *
 * @param numbers by name
 * @param curves by the name of what was measured, the value after each epoch
 * @param confusion how often what was a class, by name, was taken for a class
 */
record Metrics(NavigableMap<String, Double> numbers,
    NavigableMap<String, NavigableMap<Long, Double>> curves,
    NavigableMap<String, NavigableMap<String, Double>> confusion) {
  private static final Pattern EPOCH = Pattern.compile("epoch:(\\d{1,9}):(.+)", Pattern.DOTALL);
  private static final Pattern CONFUSION = Pattern.compile("confusion:([^:]*):([^:]*)");

  static Metrics of(Map<String, Double> metrics) {
    NavigableMap<String, Double> numbers = new TreeMap<>();
    NavigableMap<String, NavigableMap<Long, Double>> curves = new TreeMap<>();
    NavigableMap<String, NavigableMap<String, Double>> confusion = new TreeMap<>();
    metrics.forEach((name, value) -> {
      Matcher epoch = EPOCH.matcher(name);
      Matcher cell = CONFUSION.matcher(name);
      if (epoch.matches()) {
        var unused = curves.computeIfAbsent(epoch.group(2), key -> new TreeMap<>())
            .put(Long.parseLong(epoch.group(1)), value);
      } else if (cell.matches()) {
        var unused = confusion.computeIfAbsent(cell.group(1), key -> new TreeMap<>())
            .put(cell.group(2), value);
      } else {
        numbers.put(name, value);
      }
    });
    return new Metrics(Collections.unmodifiableNavigableMap(numbers),
        Collections.unmodifiableNavigableMap(curves),
        Collections.unmodifiableNavigableMap(confusion));
  }

  /** Returns the classes of the confusion matrix. */
  List<String> classes() {
    SortedSet<String> classes = new TreeSet<>(confusion.keySet());
    confusion.values().forEach(row -> classes.addAll(row.keySet()));
    return new ArrayList<>(classes);
  }

  /** Returns how often what {@code was} a class was {@code taken} for one, if anybody counted it. */
  Optional<Double> times(String was, String taken) {
    return Optional.ofNullable(confusion.get(was)).map(row -> row.get(taken));
  }
}
