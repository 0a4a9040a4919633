package org.modelledger.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.modelledger.ModelLedger;
import org.modelledger.registry.ModelVersion;
import org.modelledger.tables.Preparation;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a model on a table and registers it. */
@Command(name = "train", description = {
    "Trains a model on the rows of a CSV file and registers it as the next version.",
    "What rows go through before they are learned from becomes part of the model: it takes raw rows."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class TrainCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "What to call it, such as acme/credit.")
  private String model;

  @Option(names = {"-a",
      "--algorithm"}, required = true, paramLabel = "NAME", description = "The trainer's name for what to do, such as gradient-boosting.")
  private String algorithm;

  @Option(names = {"-p",
      "--parameter"}, paramLabel = "NAME=VALUE", description = "A hyper-parameter, by the trainer's name for it; as often as wanted.")
  private Map<String, String> parameters = Map.of();

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "What all random choices are derived from. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(names = "--trainer", paramLabel = "NAME", defaultValue = "exact", description = "Default: ${DEFAULT-VALUE}")
  private String trainer;

  @Mixin
  private TrainingRows rows;

  @Mixin
  private PreparationOptions preparation;

  @Option(names = "--deploy", paramLabel = "ENVIRONMENT", description = "Also puts the version into this environment.")
  private @Nullable String environment;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Spec
  private CommandSpec command;

  @Override
  public Integer call() throws InterruptedException {
    try (ModelLedger ledger = options.open()) {
      TrainedModel trained = train(ledger, rows.read(seed));
      ModelVersion version = ledger.register(model, trained);
      if (environment != null) {
        var unused = ledger.deploy(version, environment);
      }
      print(version, trained.metrics());
    }
    return ExitCode.OK;
  }

  private TrainedModel train(ModelLedger ledger, TrainingRows.Rows given)
      throws InterruptedException {
    TrainingSpec.Builder wanted = TrainingSpec.builder(algorithm)
        .features(Preparation.FEATURES)
        .target(Preparation.TARGET)
        .seed(seed);
    parameters.forEach(wanted::parameter);
    Preparation prepared = preparation.fit(given.training());
    try (Trainer opened = ledger.trainer(trainer);
        TrainingProgress progress = new TrainingProgress(command.commandLine().getErr(),
            ProgressLine.isTerminal())) {
      return prepared.attach(opened.train(wanted.build(), prepared.apply(given.training()),
          given.held().map(prepared::apply), progress));
    }
  }

  private void print(ModelVersion version, SortedMap<String, Double> metrics) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("version", version.id().toString());
    members.put("artifact", version.artifact().toString());
    members.put("statement", version.statement().toString());
    members.put("metrics", metrics);
    if (environment != null) {
      members.put("environment", environment);
    }
    output.print(version.id() + (environment == null ? "" : " in " + environment) + "  "
        + version.artifact() + "  " + describe(metrics), members);
  }

  private static String describe(SortedMap<String, Double> metrics) {
    return metrics.entrySet()
        .stream()
        .map(metric -> String.format(Locale.ROOT, "%s %.4g", metric.getKey(), metric.getValue()))
        .collect(Collectors.joining("  "));
  }
}
