package org.modelledger.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import org.modelledger.model.VerificationException;
import org.modelledger.pack.Disclosure;
import org.modelledger.pack.EvidencePack;
import org.modelledger.pack.PackDescription;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands evidence over. */
@Command(name = "pack", description = {
    "Writes everything that a third party needs to check some receipts into one signed directory.",
    "Anchor before, so that the registry vouches for what is in it. Open report.html in it; check it with"
        + " verify --pack."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class PackCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "Where to write it; does not exist yet.")
  private Path directory;

  @ArgGroup(multiplicity = "0..1")
  private Choice choice = new Choice();

  @Option(names = "--disclose", paramLabel = "WHAT", defaultValue = "nothing", description = "What to tell of inputs and outputs: nothing, salts"
      + " (whoever has them can prove it), or all that was kept. Default: ${DEFAULT-VALUE}")
  private Disclosure disclosure;

  @Option(names = "--with-model", description = "Put the models' files in, so that inferences can be run again.")
  private boolean withModel;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  /** Which receipts. */
  static final class Choice {
    @Option(names = "--receipt", split = ",", paramLabel = "N", description = "The numbers of receipts in the log, from 0. Default: all of them.")
    private List<Long> receipts = List.of();

    @Option(names = "--range", paramLabel = "FROM-TO", description = "Receipts from one number to another, both included.")
    private String range = "";
  }

  @Override
  public Integer call() throws InterruptedException, VerificationException {
    PackDescription pack;
    try (ModelLedger ledger = options.open()) {
      EvidencePack evidence = chosen(EvidencePack.of(ledger)).disclose(disclosure);
      pack = write(withModel ? evidence.withModelFiles() : evidence);
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("pack", directory.toString());
    members.put("receipts", pack.count());
    members.put("logSize", pack.logSize());
    members.put("disclosure", pack.disclosure().word());
    members.put("versions",
        pack.versions().stream().map(version -> version.id().toString()).toList());
    output.print(directory + " has the evidence of " + pack.count() + " receipts", members);
    return ExitCode.OK;
  }

  private PackDescription write(EvidencePack pack)
      throws InterruptedException, VerificationException {
    try {
      return pack.writeTo(directory);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      throw new InputException("there are no such receipts in the log: " + e.getMessage(), e);
    }
  }

  private EvidencePack chosen(EvidencePack all) {
    if (!choice.receipts.isEmpty()) {
      return all.receipts(choice.receipts.stream().mapToLong(index -> index).toArray());
    }
    if (choice.range.isEmpty()) {
      return all;
    }
    String[] ends = choice.range.split("-", -1);
    try {
      return all.range(Long.parseLong(ends[0]), Math.addExact(Long.parseLong(ends[1]), 1));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException | ArithmeticException e) {
      throw new InputException(
          "--range is '" + choice.range + "'; expected two numbers of receipts, such as 10-20", e);
    }
  }
}
