package org.modelledger.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints results: a line for a person, or a JSON object on one line for a script. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ResultOutput {

  @Option(names = "--json", description = "Print each result as one JSON object on a line.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Says whether a script reads, which takes an object where a person would be told of an exception. */
  boolean isJson() {
    return json;
  }

  /** Prints one result, in one of its two forms. */
  void print(String text, Map<String, ?> members) {
    PrintWriter out = command.commandLine().getOut();
    out.println(json ? JsonOutput.line(members) : text);
    out.flush();
  }
}
