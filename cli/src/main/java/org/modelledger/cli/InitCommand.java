package org.modelledger.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.modelledger.ModelLedger;
import org.modelledger.evidence.Retention;
import org.modelledger.model.AccountId;
import org.modelledger.model.StorageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a ledger and says so in a file, so that the other commands find it. */
@Command(name = "init", description = {
    "Makes a ledger, or joins one, and notes it in DIR/" + Project.FILE + ".",
    "Keys are made on first use; only their owner can read them. Keep copies of them."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class InitCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", defaultValue = ".", description = "Made if it is not there. Default: the current directory.")
  private Path directory;

  @Option(names = "--ledger", paramLabel = "URI", defaultValue = "local:ledger", description = "The registry; a relative path is meant from DIR. Default: ${DEFAULT-VALUE}")
  private String uri;

  @Option(names = "--home", paramLabel = "DIR", description = "The ledger's own directory, from DIR. Default: beside an embedded ledger.")
  private @Nullable Path home;

  @Option(names = "--retention", defaultValue = "salts", description = "What is kept, encrypted, beside"
      + " receipts: ${COMPLETION-CANDIDATES}. Only what is kept can be replayed. Default: ${DEFAULT-VALUE}")
  private Retention retention;

  @Option(names = "--engine", paramLabel = "NAME", description = "The inference engine. Default: the only one installed.")
  private @Nullable String engine;

  @Option(names = "--subjects", paramLabel = "ATTRIBUTE", split = ",", description = "Attributes of inferences, such as customer,"
      + " by whose values evidence is filed, so that erase finds all that is about a person.")
  private List<String> subjects = List.of();

  @Option(names = "--encrypt-models", description = "Keep the files of models encrypted, as evidence always is. There is no way back.")
  private boolean encryptModels;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() {
    Path file = directory.resolve(Project.FILE);
    Project.requireAbsent(file);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StorageException("make", directory, e);
    }
    Project.write(directory, new Project(uri, Optional.ofNullable(home), retention,
        Optional.ofNullable(engine), subjects));
    try (ModelLedger ledger = open(Project.find(directory).orElseThrow())) {
      print(file, ledger);
    } catch (RuntimeException e) {
      undo(file, e);
      throw e;
    }
    return ExitCode.OK;
  }

  private ModelLedger open(Project project) {
    ModelLedger.Builder builder = project.builder();
    if (encryptModels) {
      builder.encryptArtifacts();
    }
    return builder.open();
  }

  /** What does not open is not noted. */
  private static void undo(Path file, RuntimeException cause) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void print(Path file, ModelLedger ledger) {
    String account = ledger.registry().account().map(AccountId::value).orElse("(reads only)");
    String receipts = ledger.receipts().key().toString();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("project", file.toString());
    members.put("ledger", ledger.registry().ledgerId());
    members.put("account", account);
    members.put("home", ledger.home().toString());
    members.put("receiptLogKey", receipts);
    members.put("modelSigningKey", ledger.modelSigningKeyPem());
    output.print(String.join(System.lineSeparator(), "ledger    " + ledger.registry().ledgerId(),
        "account   " + account, "receipts  " + receipts, "home      " + ledger.home(),
        "noted in  " + file), members);
  }
}
