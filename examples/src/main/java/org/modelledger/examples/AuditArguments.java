package org.modelledger.examples;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The command line of the five-year audit.
 *
 * @param decisions how many the banks make
 * @param allTools whether a program that is not installed is a failure
 * @param directory to work in
 */
record AuditArguments(long decisions, boolean allTools, Path directory) {
  static final String USAGE = "usage: quickstart audit [--decisions N] [--all-tools] [directory]";

  private static final long DECISIONS = 1_000_000;
  private static final long LEAST = 1_000;
  private static final long MOST = 1_000_000_000;

  /** Reads the command line; empty if it is not understood. */
  static Optional<AuditArguments> parse(List<String> arguments) {
    Deque<String> left = new ArrayDeque<>(arguments);
    long decisions = DECISIONS;
    boolean allTools = false;
    while (!left.isEmpty() && left.getFirst().startsWith("--")) {
      switch (left.remove()) {
        case "--decisions" -> decisions = number(left.isEmpty() ? "" : left.remove());
        case "--all-tools" -> allTools = true;
        default -> decisions = -1;
      }
    }
    String directory = left.isEmpty() ? "audit-out" : left.remove();
    boolean understood = decisions >= LEAST && decisions <= MOST && left.isEmpty()
        && !directory.startsWith("-");
    return understood
        ? Optional.of(new AuditArguments(decisions, allTools, Path.of(directory)))
        : Optional.empty();
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
