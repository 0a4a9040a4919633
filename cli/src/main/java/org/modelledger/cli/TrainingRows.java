package org.modelledger.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.tables.Csv;
import org.modelledger.tables.Split;
import org.modelledger.tables.SplitSpec;
import org.modelledger.tables.Table;
import org.modelledger.tables.TableException;
import org.modelledger.tables.TableSchema;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which rows to learn from, and which to measure by. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class TrainingRows {

  @Option(names = "--data", required = true, paramLabel = "FILE", description = "The rows to learn from: CSV.")
  private Path data;

  @Option(names = "--validation", paramLabel = "FILE", description = "Rows to measure by.")
  private @Nullable Path validation;

  @Option(names = "--holdout", paramLabel = "FRACTION", description = "Measures by this part of the data instead, such as 0.2,"
      + " drawn by the seed.")
  private @Nullable Double holdout;

  @Option(names = "--schema", paramLabel = "FILE", description = "The columns' types, a line each: 'age: INT64',"
      + " 'income: FP64?' where values may be missing. Default: inferred from the data.")
  private @Nullable Path schema;

  @Mixin
  private CsvFormat format;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * @param training what to learn from
   * @param held what to measure by
   */
  record Rows(Table training, Optional<Table> held) {}

  Rows read(long seed) {
    if (validation != null && holdout != null) {
      throw usage("--validation and --holdout are two ways to the same; expected one of them");
    }
    Table table = schema == null
        ? Csv.read(data, format.options())
        : Csv.read(data, parse(schema), format.options());
    if (holdout != null) {
      Split split = Split.of(table, fractions(holdout).seed(seed));
      return new Rows(split.training(), Optional.of(split.validation()));
    }
    return new Rows(table, Optional.ofNullable(validation)
        .map(file -> Csv.read(file, table.schema(), format.options())));
  }

  private SplitSpec fractions(double held) {
    if (!(held > 0 && held < 1)) {
      throw usage(
          "--holdout: " + held + " is no part of the rows; expected a number between 0 and 1");
    }
    return SplitSpec.fractions(1 - held, held, 0);
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private static TableSchema parse(Path file) {
    try {
      return TableSchema.parse(InputFile.text(file));
    } catch (IllegalArgumentException e) {
      throw new TableException(file + ": " + e.getMessage(), e);
    }
  }
}
