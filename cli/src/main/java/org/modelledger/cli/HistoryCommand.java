package org.modelledger.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.modelledger.ModelLedger;
import org.modelledger.audit.RegistryHistory;
import org.modelledger.model.ModelName;
import org.modelledger.registry.LedgerEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints what the registry has recorded. */
@Command(name = "history", description = "Prints what the registry has recorded, oldest first, one event a line.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class HistoryCommand implements Callable<Integer> {

  @Option(names = "--model", paramLabel = "MODEL", description = "Only events of this model.")
  private @Nullable String model;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() {
    Optional<ModelName> wanted = Optional.ofNullable(model).map(ModelName::of);
    EventOutput events = new EventOutput(output);
    try (ModelLedger ledger = options.open()) {
      for (LedgerEvent event : RegistryHistory.of(ledger.registry())) {
        if (wanted.isEmpty() || event.about().equals(wanted)) {
          events.print(event);
        }
      }
    }
    return ExitCode.OK;
  }
}
