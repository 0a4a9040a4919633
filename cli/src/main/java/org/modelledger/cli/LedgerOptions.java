package org.modelledger.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.modelledger.ModelLedger;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says which ledger a command works on: by name, or by where one stands. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class LedgerOptions {

  @Option(names = "--ledger", paramLabel = "URI", description = "The registry, such as local:ledger"
      + " or ethereum:…. Default: what " + Project.FILE + " says, see init.")
  private @Nullable String uri;

  @Option(names = "--home", paramLabel = "DIR", description = "The ledger's own directory, with keys, receipts and models.")
  private @Nullable Path home;

  @Option(names = "--engine", paramLabel = "NAME", description = "The inference engine. Default: the only one installed.")
  private @Nullable String engine;

  @Option(names = "--project", paramLabel = "DIR", defaultValue = ".", description = "Where to look for "
      + Project.FILE + ", upwards from there. Default: the current directory.")
  private Path project;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Opens the ledger; the caller closes it. */
  ModelLedger open() {
    return builder().open();
  }

  /** Returns the ledger, not opened yet. */
  ModelLedger.Builder builder() {
    ModelLedger.Builder builder = uri == null ? here().builder() : ModelLedger.builder(uri);
    if (home != null) {
      builder.home(home);
    }
    if (engine != null) {
      builder.engine(engine);
    }
    return builder;
  }

  private Project here() {
    return Project.find(project)
        .orElseThrow(
            () -> new ParameterException(command.commandLine(), "which ledger? There is no "
                + Project.FILE + " in " + project.toAbsolutePath().normalize()
                + " or above; expected one (modelledger init) or --ledger URI"));
  }
}
