package org.modelledger.bench.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;

/**
 * What a soak does.
 *
 * @param time how long it appends
 * @param producers number of threads that append
 * @param inFlight how many entries of each may wait for their acknowledgement
 * @param entryBytes length of an entry
 * @param maxBytes of entries in one log; then a new one is begun and the old one is checked and deleted
 * @param rate entries a second of all producers together; 0 is as many as go
 * @param work where the logs are written
 * @param out where the figures are written
 * @param keep whether the last log is left there
 */
record SoakOptions(Duration time, int producers, int inFlight, int entryBytes, long maxBytes,
    double rate, Path work, Path out, boolean keep) {
  static final String USAGE = """
      bench/soak [minutes, 10 if not given] [options]
        --producers N     threads that append (2)
        --in-flight N     entries of each that may wait for their acknowledgement (8192)
        --entry-bytes N   length of an entry, from 16 (256)
        --paced RATE      entries a second, all producers together (as many as go)
        --max-bytes N     of entries in one log, with k, M or G (20G): then a new one is begun, and the old
                          one is checked by sample and deleted, so that the disk need not hold the whole run
        --work DIR        where the logs are written (bench/target/work): a disk, not memory
        --out DIR         where soak.csv, soak.svg and soak.txt are written (bench/target/soak)
        --keep            leave the last log there""";

  static SoakOptions parse(List<String> arguments) {
    double minutes = 10;
    int producers = 2;
    int inFlight = 8192;
    int entryBytes = 256;
    long maxBytes = 20_000_000_000L;
    double rate = 0;
    Path work = Path.of(System.getProperty("java.io.tmpdir"));
    Path out = Path.of("bench", "target", "soak");
    boolean keep = false;
    Queue<String> left = new ArrayDeque<>(arguments);
    while (!left.isEmpty()) {
      String argument = left.remove();
      switch (argument) {
        case "--producers" -> producers = (int) number(argument, left, 1, 255);
        case "--in-flight" -> inFlight = (int) number(argument, left, 1, 1 << 24);
        case "--entry-bytes" ->
          entryBytes = (int) number(argument, left, SoakEntry.HEADER_BYTES, 65_535);
        case "--paced" -> rate = number(argument, left, 1, 1e9);
        case "--max-bytes" -> maxBytes = (long) number(argument, left, 1e6, 1e15);
        case "--work" -> work = Path.of(value(argument, left));
        case "--out" -> out = Path.of(value(argument, left));
        case "--keep" -> keep = true;
        default -> minutes = parse("minutes", argument, 0.01, 1e6);
      }
    }
    return new SoakOptions(Duration.ofMillis(Math.round(minutes * 60_000)), producers, inFlight,
        entryBytes, maxBytes, rate, work, out, keep);
  }

  private static String value(String option, Queue<String> left) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return left.remove();
  }

  private static double number(String option, Queue<String> left, double least, double most) {
    return parse(option, value(option, left), least, most);
  }

  private static double parse(String what, String text, double least, double most) {
    double unit = switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
      case 'k' -> 1e3;
      case 'M' -> 1e6;
      case 'G' -> 1e9;
      default -> 1;
    };
    double number;
    try {
      number = unit
          * Double.parseDouble(unit == 1 ? text : text.substring(0, text.length() - 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no option and no number of " + what, e);
    }
    if (!(number >= least && number <= most)) {
      throw new IllegalArgumentException(String.format(Locale.ROOT,
          "%s is %s, wanted %.0f to %.0f", what, text, least, most));
    }
    return number;
  }
}
