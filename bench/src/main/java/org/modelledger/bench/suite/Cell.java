package org.modelledger.bench.suite;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.annotations.Mode;

/**
 * One row to be measured.
 *
 * @param benchmark class and method
 * @param mode what of it is measured
 * @param threads that call it; 0 leaves that to the benchmark
 * @param params of the benchmark, in its order
 */
record Cell(String benchmark, Mode mode, int threads, Map<String, String> params) {
  Cell {
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
  }

  /** Returns all of it on one line. */
  String label() {
    StringBuilder label = new StringBuilder(simpleName(benchmark));
    params.forEach((name, value) -> label.append(", ").append(name).append(' ').append(value));
    if (threads > 0) {
      label.append(", callers ").append(threads);
    }
    return label.append(mode == Mode.SampleTime ? ", latency" : "").toString();
  }

  /** Returns class and method without the package. */
  static String simpleName(String benchmark) {
    int method = benchmark.lastIndexOf('.');
    return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
  }
}
