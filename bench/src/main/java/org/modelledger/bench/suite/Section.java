package org.modelledger.bench.suite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rows of one class of benchmarks, taken apart into panels: one for each combination of the
 * parameters that are not the x-axis, or one for all rows where there is no such axis.
 *
 * @param type the class, with its package
 * @param rows all of them, but those of latencies
 * @param latencies those
 * @param sweep the parameter that is the x-axis; empty for none
 * @param byCallers whether the number of callers is something that was chosen
 * @param common parameters that have one value in all rows that have them
 * @param styles by method
 */
record Section(String type, List<Row> rows, List<Row> latencies, String sweep, boolean byCallers,
    Map<String, String> common, Map<String, Style> styles) {
  private static final String CALLERS = "callers";

  /**
   * What one chart shows.
   *
   * @param title what its rows have in common; empty if there is only this panel
   * @param swept whether the x-axis is the parameter that is swept
   * @param rows in the order of the results
   */
  record Panel(String title, boolean swept, List<Row> rows) {}

  /** Returns the sections of a report, in the order of its results. */
  static List<Section> of(Report report) {
    Map<String, List<Row>> byType = new LinkedHashMap<>();
    report.rows()
        .forEach(
            row -> byType.computeIfAbsent(row.type(), type -> new ArrayList<>()).add(row));
    boolean byCallers = report.observations().stream().anyMatch(each -> each.threads() > 0);
    List<Section> sections = new ArrayList<>();
    byType.forEach((type, all) -> sections
        .add(of(type, all, report.sweeps().getOrDefault(type, ""), byCallers)));
    return sections;
  }

  private static Section of(String type, List<Row> all, String sweep, boolean byCallers) {
    Map<String, Set<String>> values = new TreeMap<>();
    all.forEach(row -> row.params()
        .forEach(
            (name, value) -> values.computeIfAbsent(name, each -> new LinkedHashSet<>())
                .add(value)));
    if (byCallers) {
      all.forEach(row -> values.computeIfAbsent(CALLERS, each -> new LinkedHashSet<>())
          .add(Integer.toString(row.threads())));
    }
    Map<String, String> common = new TreeMap<>();
    values.forEach((name, different) -> {
      if (different.size() == 1) {
        common.put(name, different.iterator().next());
      }
    });
    Map<String, Style> styles = new LinkedHashMap<>();
    Set<String> methods = new TreeSet<>(all.stream().map(Row::method).toList());
    int raw = 0;
    int ours = 0;
    for (String method : methods) {
      boolean isRaw = Catalogue.isRaw(method);
      styles.put(method, isRaw ? Style.raw(raw++) : Style.ours(ours++));
    }
    return new Section(type, all.stream().filter(row -> !row.isLatency()).toList(),
        all.stream().filter(Row::isLatency).toList(), sweep, byCallers, common, styles);
  }

  /** Returns the class's name as words. */
  String title() {
    String name = type.substring(type.lastIndexOf('.') + 1).replaceAll("Benchmark$", "");
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
  }

  /** Returns the panels of rows that are measured in one unit. */
  List<Panel> panels() {
    List<Panel> panels = new ArrayList<>();
    Map<String, List<Row>> byUnit = new LinkedHashMap<>();
    rows.forEach(
        row -> byUnit.computeIfAbsent(row.unit(), unit -> new ArrayList<>()).add(row));
    byUnit.values().forEach(same -> panels.addAll(panels(same)));
    return panels;
  }

  private List<Panel> panels(List<Row> same) {
    long steps = same.stream().flatMap(row -> step(row).stream()).distinct().count();
    if (steps < 2) {
      return List.of(new Panel("", false, same));
    }
    Set<Map<String, String>> keys = new LinkedHashSet<>();
    same.stream()
        .filter(row -> row.params().containsKey(sweep))
        .forEach(
            row -> keys.add(key(row)));
    List<Panel> panels = new ArrayList<>();
    for (Map<String, String> key : keys) {
      panels.add(new Panel(text(key), true, same.stream()
          .filter(row -> key(row).entrySet()
              .stream()
              .allMatch(each -> key.getOrDefault(each.getKey(), each.getValue())
                  .equals(each.getValue())))
          .toList()));
    }
    return panels;
  }

  /** Where on the x-axis a row is; empty if it is nowhere. */
  private Optional<Double> step(Row row) {
    return Optional.ofNullable(row.params().get(sweep)).map(Double::valueOf);
  }

  /** What of a row's parameters chooses the panel. */
  private Map<String, String> key(Row row) {
    Map<String, String> key = varying(row);
    key.remove(sweep);
    return key;
  }

  private Map<String, String> varying(Row row) {
    Map<String, String> varying = new TreeMap<>(row.params());
    if (byCallers) {
      varying.put(CALLERS, Integer.toString(row.threads()));
    }
    varying.keySet().removeAll(common.keySet());
    return varying;
  }

  /** Returns what tells a row from the others of a panel. */
  String label(Row row, Panel panel) {
    Map<String, String> rest = varying(row);
    if (panel.swept()) {
      rest.keySet().retainAll(Set.of(sweep));
    }
    return rest.isEmpty() ? row.method() : row.method() + ", " + text(rest);
  }

  /** Returns what tells a row from all others of the section. */
  String fullLabel(Row row) {
    Map<String, String> rest = varying(row);
    return rest.isEmpty() ? row.method() : row.method() + ", " + text(rest);
  }

  static String text(Map<String, String> params) {
    return params.entrySet()
        .stream()
        .map(param -> param.getKey() + " " + param.getValue())
        .collect(Collectors.joining(", "));
  }

  Style style(Row row) {
    return styles.getOrDefault(row.method(), Style.raw(0));
  }

  /** Returns the lines of a panel that has an x-axis; a row without that parameter is a level line. */
  List<LineChart.Line> lines(Panel panel) {
    Set<Double> steps = new TreeSet<>();
    panel.rows().forEach(row -> step(row).ifPresent(steps::add));
    Map<String, TreeMap<Double, Mark>> byMethod = new TreeMap<>();
    for (Row row : panel.rows()) {
      TreeMap<Double, Mark> marks = byMethod.computeIfAbsent(row.method(),
          method -> new TreeMap<>());
      Collection<Double> at = step(row).<Collection<Double>>map(List::of).orElse(steps);
      at.forEach(step -> marks.put(step, Mark.of(row.score(), row.error())));
    }
    return byMethod.entrySet()
        .stream()
        .map(entry -> new LineChart.Line(entry.getKey(),
            styles.getOrDefault(entry.getKey(), Style.raw(0)), entry.getValue()))
        .toList();
  }
}
