package org.modelledger.bench.suite;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** A small report that was written by hand: three rounds of two measurements each. */
final class Small {
  private Small() {}

  static Path file() {
    try {
      URL file = Objects.requireNonNull(Small.class.getResource("small.json"), "small.json");
      return Path.of(file.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Report report() throws IOException {
    return Report.read(file());
  }

  static Row row(Report report, String method, String mode, String batch) {
    return report.rows()
        .stream()
        .filter(row -> row.method().equals(method) && row.mode().equals(mode))
        .filter(row -> row.params().getOrDefault("batch", "").equals(batch))
        .findAny()
        .orElseThrow();
  }
}
