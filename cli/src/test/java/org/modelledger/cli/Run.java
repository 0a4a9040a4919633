package org.modelledger.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command in this process. */
record Run(int code, String out, String err) {

  static Run of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = ModelLedgerCommand.commandLine(new PrintWriter(out), new PrintWriter(err))
        .execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }
}
