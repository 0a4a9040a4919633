package org.modelledger.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import org.modelledger.lineage.LineageStatements;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.ModelVersion;
import org.modelledger.tables.Preparation;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingSpec;
import org.modelledger.verification.Retrained;
import org.modelledger.verification.TrainingReplay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a version again. */
@Command(name = "retrain", description = {
    "Trains a version again as its signed lineage statement says and compares the files that come of it, to the last bit.",
    "Takes the rows and what they went through, as train was given them; algorithm, hyper-parameters and seed are those of the"
        + " statement. Nothing is registered."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class RetrainCommand implements Callable<Integer> {
  /** What the facts say of a {@link Preparation} begins like this. */
  private static final String PREPARATION = "preparation";

  @Parameters(paramLabel = "MODEL:VERSION", description = "Such as acme/credit:3.")
  private String version;

  @Mixin
  private TrainingRows rows;

  @Mixin
  private PreparationOptions preparation;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Spec
  private CommandSpec command;

  @Override
  public Integer call() throws InterruptedException {
    ModelVersionId id = ModelVersionId.parse(version);
    Retrained retrained;
    try (ModelLedger ledger = options.open()) {
      retrained = retrain(ledger, Versions.find(ledger, id));
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("version", id.toString());
    members.put("result", word(retrained));
    if (retrained instanceof Retrained.NotPossible not) {
      members.put("obstacle", not.obstacle().name());
    }
    members.put("explanation", retrained.explanation());
    output.print(id + "  " + word(retrained) + ": " + retrained.explanation(), members);
    return code(retrained);
  }

  private Retrained retrain(ModelLedger ledger, ModelVersion registered)
      throws InterruptedException {
    LineageFacts stated = stated(ledger, registered);
    // what rows were held out was drawn by the seed of the training
    TrainingRows.Rows given = rows.read(stated.spec().map(TrainingSpec::seed).orElse(0L));
    Preparation prepared = preparation.fit(given.training());
    try (TrainingProgress progress = new TrainingProgress(command.commandLine().getErr(),
        ProgressLine.isTerminal())) {
      TrainingReplay replay = TrainingReplay.of(prepared.apply(given.training()))
          .finishedBy(trained -> requirePrepared(stated, prepared.attach(trained)))
          .listener(progress);
      return ledger.replayTraining(registered, given.held()
          .map(held -> replay.validation(prepared.apply(held)))
          .orElse(replay));
    }
  }

  /** Returns what the statement says; it is verified before anything is compared with it. */
  private static LineageFacts stated(ModelLedger ledger, ModelVersion registered) {
    return LineageStatements.readUnverified(ledger.lineageStatement(registered)).facts();
  }

  /** Other steps make another model, for which nobody but this command line is to blame. */
  private static TrainedModel requirePrepared(LineageFacts stated, TrainedModel again) {
    Map<String, String> then = preparation(stated);
    Map<String, String> now = preparation(again.facts());
    if (!then.equals(now)) {
      throw new InputException("the rows did not go through the same as when the version was"
          + " trained: here through " + now + "; expected " + then);
    }
    return again;
  }

  private static Map<String, String> preparation(LineageFacts facts) {
    Map<String, String> steps = new TreeMap<>(facts.environment());
    steps.keySet().removeIf(name -> !name.startsWith(PREPARATION));
    return steps;
  }

  private static String word(Retrained retrained) {
    return switch (retrained) {
      case Retrained.Same same -> "same";
      case Retrained.OtherModel other -> "other-model";
      case Retrained.NotPossible not -> "not-possible";
    };
  }

  private static int code(Retrained retrained) {
    return switch (retrained) {
      case Retrained.Same same -> ExitCode.OK;
      case Retrained.OtherModel other -> ExitCode.EVIDENCE;
      case Retrained.NotPossible not -> ExitCode.ENVIRONMENT;
    };
  }
}
