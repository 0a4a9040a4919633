package org.modelledger.bench.soak;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What was seen in one second. A line of the CSV file, whose columns are named as here. */
record SoakSample(double seconds, double entriesPerSecond, double p50Ms, double p90Ms, double p99Ms,
    double p999Ms, double maxMs, double batchEntries, double syncMs, double publishMs,
    double checkpointAgeSeconds, double pendingEntries, double walMb, double heapAfterGcMb,
    double heapUsedMb, double directMb, double rssMb, double rssAnonMb, double gcCount,
    double gcMs, double cpuCores, double log) {

  private record Column(String name, ToDoubleFunction<SoakSample> value) {}

  private static final List<Column> COLUMNS = List.of(
      new Column("seconds", SoakSample::seconds),
      new Column("entries_per_s", SoakSample::entriesPerSecond),
      new Column("p50_ms", SoakSample::p50Ms),
      new Column("p90_ms", SoakSample::p90Ms),
      new Column("p99_ms", SoakSample::p99Ms),
      new Column("p999_ms", SoakSample::p999Ms),
      new Column("max_ms", SoakSample::maxMs),
      new Column("batch_entries", SoakSample::batchEntries),
      new Column("sync_ms", SoakSample::syncMs),
      new Column("publish_ms", SoakSample::publishMs),
      new Column("checkpoint_age_s", SoakSample::checkpointAgeSeconds),
      new Column("pending_entries", SoakSample::pendingEntries),
      new Column("wal_mb", SoakSample::walMb),
      new Column("heap_after_gc_mb", SoakSample::heapAfterGcMb),
      new Column("heap_used_mb", SoakSample::heapUsedMb),
      new Column("direct_mb", SoakSample::directMb),
      new Column("rss_mb", SoakSample::rssMb),
      new Column("rss_anon_mb", SoakSample::rssAnonMb),
      new Column("gc_count", SoakSample::gcCount),
      new Column("gc_ms", SoakSample::gcMs),
      new Column("cpu_cores", SoakSample::cpuCores),
      new Column("log", SoakSample::log));

  static String header() {
    return String.join(",", COLUMNS.stream().map(Column::name).toList());
  }

  String line() {
    return String.join(",",
        COLUMNS.stream()
            .map(column -> column.value().applyAsDouble(this))
            .map(value -> Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value))
            .toList());
  }
}
