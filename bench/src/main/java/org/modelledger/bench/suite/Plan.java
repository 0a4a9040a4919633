package org.modelledger.bench.suite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.modelledger.bench.suite.Catalogue.Measured;
import org.openjdk.jmh.annotations.Mode;

/** Which rows are measured, in an order in which those that are compared stand together. */
final class Plan {
  private Plan() {}

  /**
   * Returns the rows of a suite.
   *
   * @param values what a parameter is to have instead of its own values, by its name and these
   * @param includes regular expressions of which a benchmark's name has to match one; none for all
   * @param callers numbers of threads to call with; empty leaves that to the benchmarks
   * @param latency also measure how single calls are spread
   */
  static List<Cell> cells(Catalogue catalogue, Suite suite,
      BiFunction<String, List<String>, List<String>> values, Collection<String> includes,
      List<Integer> callers, boolean latency) {
    List<Pattern> patterns = includes.stream().map(Pattern::compile).toList();
    Map<String, List<Measured>> byType = new LinkedHashMap<>();
    for (Measured method : catalogue.methods()) {
      if (method.partOf().value() == suite && (patterns.isEmpty()
          || patterns.stream().anyMatch(each -> each.matcher(method.name()).find()))) {
        byType.computeIfAbsent(method.type(), type -> new ArrayList<>()).add(method);
      }
    }
    Set<Cell> cells = new LinkedHashSet<>();
    byType.values().forEach(methods -> {
      Filter filter = filter(methods.get(0).partOf());
      for (Map<String, String> combination : combinations(methods, values)) {
        if (!filter.has(combination)) {
          continue;
        }
        for (int threads : callers.isEmpty() ? List.of(0) : callers) {
          for (Measured method : methods) {
            Map<String, String> own = new LinkedHashMap<>(combination);
            own.keySet().retainAll(method.params().keySet());
            cells.add(new Cell(method.name(), method.mode(), threads, own));
            if (latency) {
              cells.add(new Cell(method.name(), Mode.SampleTime, threads, own));
            }
          }
        }
      }
    });
    return List.copyOf(cells);
  }

  private static Filter filter(PartOf partOf) {
    try {
      return partOf.filter().getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          partOf.filter().getName()
              + " cannot be created; expected a constructor without arguments",
          e);
    }
  }

  /** Returns every combination of the parameters of all methods, the last parameter fastest. */
  private static List<Map<String, String>> combinations(List<Measured> methods,
      BiFunction<String, List<String>, List<String>> values) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    methods.forEach(method -> method.params().forEach(all::putIfAbsent));
    List<Map<String, String>> combinations = List.of(Map.of());
    for (Map.Entry<String, List<String>> param : all.entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> shorter : combinations) {
        for (String value : values.apply(param.getKey(), param.getValue())) {
          Map<String, String> one = new LinkedHashMap<>(shorter);
          one.put(param.getKey(), value);
          longer.add(one);
        }
      }
      combinations = longer;
    }
    return combinations;
  }
}
