package org.modelledger.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;

/**
 * A command that looks at a ledger on this machine while its node is still there. It finds the ledger's
 * URI in the environment variable {@code MODELLEDGER_LEDGER}, and the quickstart's directory in
 * {@code MODELLEDGER_OUT}.
 *
 * @param command the program and its arguments; nothing is run if it is empty
 */
record Visitor(List<String> command) {
  static final Visitor NONE = new Visitor(List.of());

  /**
   * Runs the command to its end; it has this process's input and output.
   *
   * @throws VerificationException if it ends with another status than 0
   */
  void visit(String uri, Path out) throws InterruptedException, VerificationException {
    if (command.isEmpty()) {
      return;
    }
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("MODELLEDGER_LEDGER", uri);
    builder.environment().put("MODELLEDGER_OUT", out.toAbsolutePath().toString());
    try {
      Process process = builder.start();
      try {
        int status = process.waitFor();
        if (status != 0) {
          throw new VerificationException(command + " ended with status " + status
              + "; expected 0");
        }
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      throw new StorageException("run", Path.of(command.getFirst()), e);
    }
  }
}
