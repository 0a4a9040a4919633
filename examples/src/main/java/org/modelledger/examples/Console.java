package org.modelledger.examples;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes for a person: on a terminal one line that moves, with colour; elsewhere plain lines. The
 * output is UTF-8.
 */
final class Console {
  private static final String CLEAR = "\r\u001b[2K";

  private final PrintStream out;
  private final boolean terminal;
  private boolean moving;

  Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** The process's standard output; a terminal if the process has one and may use it. */
  static Console standard() {
    boolean terminal = isTerminal() && System.getenv("NO_COLOR") == null
        && !"dumb".equals(System.getenv("TERM"));
    return new Console(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
        terminal);
  }

  void heading(String text) {
    line("");
    line(terminal ? "\u001b[1m" + text + "\u001b[0m" : text);
  }

  void line(String text) {
    settle();
    out.println(text);
  }

  /** A line that says something went as it should. */
  void ok(String text) {
    line((terminal ? "  \u001b[32m✓\u001b[0m " : "  ✓ ") + text);
  }

  /** A line that says something was caught. */
  void caught(String text) {
    line((terminal ? "  \u001b[33m✗\u001b[0m " : "  ✗ ") + text);
  }

  /** Progress: on a terminal it takes the place of the progress before, elsewhere it is not shown. */
  void progress(String text) {
    if (terminal) {
      out.print(CLEAR + "  " + text);
      out.flush();
      moving = true;
    }
  }

  boolean isOnTerminal() {
    return terminal;
  }

  private void settle() {
    if (moving) {
      out.print(CLEAR);
      moving = false;
    }
  }

  /**
   * Until JDK 21 there is no console unless there is a terminal; from JDK 22 on there is one always,
   * and its {@code isTerminal} tells.
   */
  @SuppressWarnings("SystemConsoleNull") // that is the question on JDK 21
  private static boolean isTerminal() {
    Object console = System.console();
    if (console == null) {
      return false;
    }
    try {
      Object answer = java.io.Console.class.getMethod("isTerminal").invoke(console);
      return Boolean.TRUE.equals(answer);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
