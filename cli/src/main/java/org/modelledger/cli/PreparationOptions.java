package org.modelledger.cli;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.modelledger.tables.ColumnSteps;
import org.modelledger.tables.Preparation;
import org.modelledger.tables.Table;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How rows of a table become what a model learns from. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class PreparationOptions {
  private static final Map<String, UnaryOperator<ColumnSteps>> STEPS = new TreeMap<>(
      Map.of("impute-mean", ColumnSteps::imputeMean, "impute-median", ColumnSteps::imputeMedian,
          "impute-most-frequent", ColumnSteps::imputeMostFrequent, "indicate-missing",
          ColumnSteps::indicateMissing, "standardize", ColumnSteps::standardize, "min-max",
          ColumnSteps::minMax, "codes", ColumnSteps::codes, "one-hot", ColumnSteps::oneHot));

  /** What to predict: one of the two. */
  static final class Predicted {
    @Option(names = "--classes", paramLabel = "COLUMN", description = "The column to predict, of classes: a classification.")
    private @Nullable String classes;

    @Option(names = "--target", paramLabel = "COLUMN", description = "The column to predict, of numbers: a regression, or labels from 0.")
    private @Nullable String target;
  }

  @ArgGroup(multiplicity = "1")
  private Predicted predicted;

  @Option(names = "--drop", split = ",", paramLabel = "COLUMN", description = "Columns to leave out, such as a customer's number.")
  private List<String> drop = List.of();

  @Option(names = "--numbers", split = ",", paramLabel = "STEP", description = "What to do with numbers, such as"
      + " impute-median,standardize. Default: nothing.")
  private List<String> numbers = List.of();

  @Option(names = "--texts", split = ",", paramLabel = "STEP", defaultValue = "one-hot", description = "What to do with texts:"
      + " one-hot or codes. Default: ${DEFAULT-VALUE}")
  private List<String> texts;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  Preparation fit(Table training) {
    Preparation.Builder builder = Preparation.builder(training.schema());
    try {
      if (predicted.classes != null) {
        builder.classes(predicted.classes);
      } else {
        builder.target(Objects.requireNonNull(predicted.target));
      }
      return builder.drop(drop.toArray(String[]::new))
          .numbers(steps("--numbers", numbers))
          .texts(steps("--texts", texts))
          .fit(training);
    } catch (IllegalArgumentException e) {
      throw new InputException("the table cannot be prepared like that: " + e.getMessage(), e);
    }
  }

  private UnaryOperator<ColumnSteps> steps(String option, List<String> names) {
    return none -> {
      ColumnSteps steps = none;
      for (String name : names) {
        UnaryOperator<ColumnSteps> step = STEPS.get(name);
        if (step == null) {
          throw new ParameterException(command.commandLine(),
              option + ": '" + name + "' is no step; expected some of " + STEPS.keySet());
        }
        steps = step.apply(steps);
      }
      return steps;
    };
  }
}
