package org.modelledger.bench.suite;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.util.Statistics;

/**
 * A report as one page that needs nothing else: charts as SVG, and under each a table with the same
 * figures. Equal reports become equal pages. Well-formed as XML, too.
 */
final class Page {
  private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};
  private static final String RATIO = "ratio to its raw peer";

  private final Report report;
  private final List<Row> all;
  private final Markup out = new Markup();

  private Page(Report report) {
    this.report = report;
    this.all = report.rows();
  }

  /** Returns the page. */
  static String of(Report report) {
    return new Page(report).page();
  }

  private String page() {
    Suite suite = Suite.of(report.suite());
    out.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en").line();
    out.open("head").line();
    out.empty("meta", "charset", "utf-8").line();
    out.empty("meta", "name", "viewport", "content", "width=device-width").line();
    out.element("title", suite.title() + ", " + report.started()).line();
    out.element("style", "\n" + Palette.CSS).line();
    out.close().line();
    out.open("body").line();
    out.element("h1", suite.title()).line();
    out.element("p", suite.about()).line();
    if (report.smoke()) {
      out.element("p", "A smoke run: it shows that all works, and its times mean nothing.").line();
    }
    facts();
    howToRead();
    failures();
    Section.of(report).forEach(this::section);
    gpus();
    libraries();
    out.close().line();
    out.close().line();
    return "<!DOCTYPE html>\n" + out;
  }

  private void facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    Machine machine = report.machine();
    facts.put("run", report.started() + " to " + report.ended());
    facts.put("rounds", Integer.toString(report.rounds()));
    facts.put("commit", report.commit().isEmpty() ? "not known" : report.commit());
    facts.put("machine", machine.system() + ", " + machine.cores() + " cores"
        + (machine.processor().isEmpty() ? "" : " of " + machine.processor()) + ", "
        + Numbers.format((double) machine.memoryMebibytes()) + " MiB");
    for (Gpu gpu : report.gpus()) {
      facts.put("GPU " + gpu.index(),
          gpu.name() + ", " + Numbers.format((double) gpu.memoryMebibytes())
              + " MiB, driver " + gpu.driver());
    }
    facts.put("JDK", machine.jdk() + ", " + machine.jvmArguments());
    DoubleSummaryStatistics load = report.observations()
        .stream()
        .mapToDouble(Report.Observation::loadBefore)
        .filter(each -> each >= 0)
        .summaryStatistics();
    if (load.getCount() > 0) {
      facts.put("load", Numbers.format(load.getMin()) + " to " + Numbers.format(load.getMax())
          + " before a row, the benchmarks' own included");
    }
    out.open("table").element("caption", "Where and how it ran").open("tbody");
    facts.forEach((name, fact) -> out.open("tr")
        .element("th", name, "scope", "row")
        .element("td", fact, "style", "text-align: left; white-space: normal")
        .close());
    out.close().close().line();
  }

  private void howToRead() {
    out.element("p",
        "Scores are means of all rounds with JMH's interval of 99.9 %. Rows in grey, whose"
            + " names begin with raw, are the runtime or client that ours wrap, or their limit; they ran in"
            + " the same rounds. A ratio is the geometric mean of the rounds' ratios of a row to its peer,"
            + " with the interval of 95 % that three rounds or more give: of times, more than 1 is slower;"
            + " of rates, more than 1 is faster.",
        "class", "note").line();
  }

  private void failures() {
    if (!report.failures().isEmpty()) {
      out.element("h2", "What failed").open("ul");
      report.failures().forEach(failure -> out.element("li", failure));
      out.close().line();
    }
  }

  private void section(Section section) {
    out.element("h2", section.title()).line();
    if (!section.common().isEmpty()) {
      out.element("p", "All with " + Section.text(section.common()) + ".", "class", "note").line();
    }
    for (Section.Panel panel : section.panels()) {
      if (!panel.title().isEmpty()) {
        out.element("h3", panel.title()).line();
      }
      chart(section, panel);
      ratios(section, panel);
      table(section, panel);
    }
    if (!section.latencies().isEmpty()) {
      latencies(section);
    }
  }

  private static List<Row> drawable(List<Row> rows) {
    return rows.stream().filter(row -> Double.isFinite(row.score()) && row.score() > 0).toList();
  }

  private void chart(Section section, Section.Panel panel) {
    List<Row> rows = drawable(panel.rows());
    if (rows.isEmpty()) {
      return;
    }
    String axis = Numbers.unit(rows.get(0).unit());
    String title = section.title() + (panel.title().isEmpty() ? "" : ", " + panel.title()) + ": "
        + axis + "; the table below has the same figures";
    out.open("figure").line();
    if (panel.swept()) {
      LineChart.draw(out, title, section.sweep(), axis,
          section.lines(new Section.Panel(panel.title(), true, rows)));
    } else {
      List<DotChart.Dot> dots = rows.stream()
          .map(row -> new DotChart.Dot(section.label(row, panel),
              Mark.of(row.score(), row.error()), section.style(row)))
          .toList();
      DotChart.draw(out, title, axis, dots, scale(dots), false);
    }
    out.close().line();
  }

  private static Scale scale(List<DotChart.Dot> dots) {
    return Scale.of(dots.stream().mapToDouble(dot -> dot.mark().least()).min().orElse(0),
        dots.stream().mapToDouble(dot -> dot.mark().most()).max().orElse(1));
  }

  private Optional<Ratio> ratio(Row row) {
    return Ratio.peerOf(row, all, report.peers()).flatMap(peer -> Ratio.of(row, peer));
  }

  private void ratios(Section section, Section.Panel panel) {
    List<DotChart.Dot> dots = new ArrayList<>();
    for (Row row : drawable(panel.rows())) {
      ratio(row).filter(ratio -> Double.isFinite(ratio.value()) && ratio.value() > 0)
          .ifPresent(ratio -> dots.add(new DotChart.Dot(section.label(row, panel),
              new Mark(ratio.value(), ratio.low(), ratio.high()), section.style(row))));
    }
    if (dots.isEmpty()) {
      return;
    }
    double least = Math.min(1,
        dots.stream().mapToDouble(dot -> dot.mark().least()).min().orElse(1));
    double most = Math.max(1, dots.stream().mapToDouble(dot -> dot.mark().most()).max().orElse(1));
    boolean rate = panel.rows().get(0).isRate();
    Scale scale = Scale.of(least, most);
    out.open("figure").line();
    DotChart.draw(out, section.title() + ": " + RATIO + "; the table below has the same figures",
        RATIO + (rate ? " (of rates: more is faster)" : " (of times: more is slower)"), dots,
        scale.logarithmic() ? scale : Scale.linear(least, most), true);
    out.close().line();
  }

  private void table(Section section, Section.Panel panel) {
    String unit = Numbers.shortUnit(panel.rows().get(0).unit());
    boolean bytes = panel.rows().stream().anyMatch(row -> Double.isFinite(row.bytes()));
    out.open("div", "class", "scroll").open("table");
    out.element("caption", section.title() + (panel.title().isEmpty() ? "" : ", " + panel.title()));
    out.open("thead").open("tr").element("th", "benchmark", "scope", "col");
    for (String head : List.of("score, " + unit, "± 99.9 %", "median", "best")) {
      out.element("th", head, "scope", "col");
    }
    if (bytes) {
      out.element("th", "bytes allocated", "scope", "col");
    }
    for (String head : List.of("peer", "ratio", "95 %")) {
      out.element("th", head, "scope", "col");
    }
    out.close().close().open("tbody").line();
    for (Row row : panel.rows()) {
      Statistics statistics = row.all();
      out.open("tr", "class", row.isRaw() ? "raw" : "ours")
          .element("th", section.label(row, panel), "scope", "row");
      cell(Numbers.format(row.score()));
      cell(Numbers.format(row.error()));
      cell(Numbers.format(statistics.getPercentile(50)));
      cell(Numbers.format(row.best()));
      if (bytes) {
        cell(Numbers.format(row.bytes()));
      }
      Optional<Ratio> ratio = ratio(row);
      cell(ratio.flatMap(known -> Ratio.peerOf(row, all, report.peers()))
          .map(Row::method)
          .orElse(""));
      cell(ratio.map(known -> Numbers.format(known.value())).orElse(""));
      cell(ratio.filter(known -> Double.isFinite(known.low()))
          .map(known -> Numbers.format(known.low()) + " to " + Numbers.format(known.high()))
          .orElse(""));
      out.close().line();
    }
    out.close().close().close().line();
  }

  private void cell(String content) {
    out.element("td", content);
  }

  /** Single calls: the dot is the median, the line goes to 99 %. */
  private void latencies(Section section) {
    List<Row> rows = section.latencies();
    String unit = Numbers.shortUnit(rows.get(0).unit());
    out.element("h3", "How single calls are spread").line();
    List<DotChart.Dot> dots = new ArrayList<>();
    for (Row row : drawable(rows)) {
      Statistics calls = row.all();
      double median = calls.getPercentile(50);
      dots.add(new DotChart.Dot(section.fullLabel(row),
          new Mark(median, median, calls.getPercentile(99)), section.style(row)));
    }
    if (!dots.isEmpty()) {
      out.open("figure").line();
      DotChart.draw(out, section.title() + ": latency; the table below has the same figures",
          "median of calls, and a line to 99 %, " + unit.replace("/op", ""), dots, scale(dots),
          false);
      out.close().line();
    }
    out.open("div", "class", "scroll").open("table");
    out.element("caption", "Single calls, " + unit + ": percentiles");
    out.open("thead").open("tr").element("th", "benchmark", "scope", "col");
    out.element("th", "calls", "scope", "col");
    for (double percentile : PERCENTILES) {
      out.element("th", percentile == 100 ? "longest" : Numbers.tick(percentile) + " %", "scope",
          "col");
    }
    out.close().close().open("tbody").line();
    for (Row row : rows) {
      Statistics calls = row.all();
      out.open("tr", "class", row.isRaw() ? "raw" : "ours")
          .element("th", section.fullLabel(row), "scope", "row");
      cell(Numbers.format((double) calls.getN()));
      for (double percentile : PERCENTILES) {
        cell(Numbers.format(calls.getPercentile(percentile)));
      }
      out.close().line();
    }
    out.close().close().close().line();
  }

  private void gpus() {
    List<Report.Observation> busy = report.observations()
        .stream()
        .filter(each -> !each.gpus().isEmpty())
        .toList();
    if (busy.isEmpty()) {
      return;
    }
    out.element("h2", "How busy the GPUs were").line();
    out.open("div", "class", "scroll").open("table");
    out.element("caption",
        "By nvidia-smi, five times a second, from the start of a row's JVM to its end");
    out.open("thead").open("tr");
    for (String head : List.of("row", "round", "GPU", "busy, %", "memory, MiB at most",
        "power, W")) {
      out.element("th", head, "scope", "col");
    }
    out.close().close().open("tbody").line();
    for (Report.Observation each : busy) {
      for (GpuUse use : each.gpus()) {
        out.open("tr")
            .element("th", Cell.simpleName(each.benchmark()) + ", " + each.mode() + ", "
                + Section.text(each.params()) + ", callers " + each.threads(), "scope", "row");
        cell(Integer.toString(each.round()));
        cell(Integer.toString(use.index()));
        cell(Numbers.format(use.percent()));
        cell(Numbers.format(use.memoryMebibytes()));
        cell(Numbers.format(use.watts()));
        out.close().line();
      }
    }
    out.close().close().close().line();
  }

  private void libraries() {
    out.open("details").element("summary", "Libraries on the class path").open("ul");
    report.libraries().forEach(library -> out.element("li", library));
    out.close().close().line();
  }
}
