package org.modelledger.examples;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One command that says yes to what is genuine and no to what is forged.
 *
 * @param by whose program it is
 * @param foreign whether others wrote it
 * @param command what is run for a directory
 * @param accepted what the output has if it says yes; empty if the exit status says so
 * @param naming what the line has that names the attack
 */
record Check(String by, boolean foreign, Function<Path, List<String>> command, String accepted,
    Pattern naming) {
  private static final int BRIEF = 100;

  /** Says whether a run of the command said yes. */
  boolean accepts(CommandRun run) {
    return accepted.isEmpty() ? run.status() == 0 : run.output().contains(accepted);
  }

  /** What to show of a line in a table: from where it names the attack on. */
  String brief(String line) {
    Matcher matcher = naming.matcher(line);
    String from = matcher.find() ? line.substring(matcher.start()) : line;
    return from.length() <= BRIEF ? from : from.substring(0, BRIEF) + "…";
  }

  /** The line that names the attack; empty if the command did not say no, or not why. */
  Optional<String> named(CommandRun run) {
    return accepts(run)
        ? Optional.empty()
        : run.output().lines().filter(line -> naming.matcher(line).find()).findFirst();
  }
}
