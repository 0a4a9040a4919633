package org.modelledger.cli;

import java.util.List;
import org.modelledger.tables.CsvOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How CSV files are written. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class CsvFormat {

  @Option(names = "--missing", split = ",", paramLabel = "TEXT", description = "What stands for a missing value, besides an empty cell.")
  private List<String> missing = List.of();

  @Option(names = "--separator", paramLabel = "C", defaultValue = ",", description = "What stands between cells. Default: ${DEFAULT-VALUE}")
  private char separator;

  @Option(names = "--decimal-point", paramLabel = "C", defaultValue = ".", description = "Default: ${DEFAULT-VALUE}")
  private char decimalPoint;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  CsvOptions options() {
    try {
      return CsvOptions.defaults()
          .separator(separator)
          .decimalPoint(decimalPoint)
          .missing(missing.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
