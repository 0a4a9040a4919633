package org.modelledger.examples;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The quickstart's command line.
 *
 * @param place where the ledger is
 * @param uri of the ledger, if that is elsewhere
 * @param directory to work in
 * @param visitor a command to run at the end, while the ledger is still there; may be empty
 */
record Arguments(Place place, String uri, Path directory, List<String> visitor) {
  static final String USAGE = "usage: quickstart [--ethereum | --fabric | --ledger URI] [directory] [-- command…]";

  /** Whose ledger it is. */
  enum Place {
    EMBEDDED, ETHEREUM, FABRIC, ELSEWHERE
  }

  /** Reads the command line; empty if it is not understood. */
  static Optional<Arguments> parse(List<String> arguments) {
    int end = arguments.indexOf("--");
    List<String> visitor = end < 0 ? List.of() : arguments.subList(end + 1, arguments.size());
    if (end >= 0 && visitor.isEmpty()) {
      return Optional.empty();
    }
    Deque<String> left = new ArrayDeque<>(end < 0 ? arguments : arguments.subList(0, end));
    Place place = left.isEmpty() ? Place.EMBEDDED : switch (left.getFirst()) {
      case "--ethereum" -> Place.ETHEREUM;
      case "--fabric" -> Place.FABRIC;
      case "--ledger" -> Place.ELSEWHERE;
      default -> Place.EMBEDDED;
    };
    if (place != Place.EMBEDDED) {
      left.remove();
    }
    if (place == Place.ELSEWHERE && left.isEmpty()) {
      return Optional.empty();
    }
    String uri = place == Place.ELSEWHERE ? left.remove() : "";
    String directory = left.isEmpty() ? "quickstart-out" : left.remove();
    if (!left.isEmpty() || uri.startsWith("-") || directory.startsWith("-")) {
      return Optional.empty();
    }
    return Optional.of(new Arguments(place, uri, Path.of(directory), List.copyOf(visitor)));
  }
}
