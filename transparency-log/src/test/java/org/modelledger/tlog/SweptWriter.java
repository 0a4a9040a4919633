package org.modelledger.tlog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A program that works on logs when told to, one line of standard input for each, while somebody else
 * makes its system calls fail: {@code run}, {@code recover} or {@code check}, and a directory.
 */
final class SweptWriter {

  private SweptWriter() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    LogOptions options = ScriptedSession.options(NoteSigner.parse(arguments[0])).build();
    ScriptedSession session = new ScriptedSession(options,
        size -> out.println("acknowledged " + size));
    BufferedReader in = new BufferedReader(
        new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int space = line.indexOf(' ');
      Path directory = Path.of(line.substring(space + 1));
      try {
        switch (line.substring(0, space)) {
          case "run" -> session.create(directory);
          case "recover" -> session.reopen(directory);
          case "check" -> out.println("size " + ScriptedSession.check(directory, options));
          default -> throw new IllegalArgumentException(line);
        }
      } catch (TransparencyLogException e) {
        out.println("failed " + oneLine(e));
      } catch (Exception | AssertionError e) {
        out.println("broken " + oneLine(e));
      }
      ScriptedSession.open(directory).forEach(file -> out.println("open " + file));
      out.println("done");
    }
  }

  private static String oneLine(Throwable e) {
    return e.toString().replace('\n', ' ');
  }
}
