package org.modelledger.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.modelledger.ModelLedger;
import org.modelledger.pack.PackCheck;
import org.modelledger.pack.PackReport;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.TlogProof;
import org.modelledger.verification.LogReport;
import org.modelledger.verification.StepResult;
import org.modelledger.verification.VerificationReport;
import org.modelledger.verification.Verifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows the chain of evidence. */
@Command(name = "verify", description = {
    "Follows the chain of evidence and says what came of each step.",
    "Without arguments every receipt of the ledger; or some of them; or proofs or an evidence pack that one was"
        + " handed, for which a ledger is not needed."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class VerifyCommand implements Callable<Integer> {

  @Parameters(arity = "0..*", paramLabel = "PROOF", description = "Files of proofs: *.tlog-proof.")
  private List<Path> proofs = List.of();

  @Option(names = "--receipt", split = ",", paramLabel = "N", description = "The numbers of receipts in the log, from 0.")
  private List<Long> receipts = List.of();

  @Option(names = "--replays", paramLabel = "N", defaultValue = "0", description = "Of the whole log, how many inferences to run again."
      + " Default: ${DEFAULT-VALUE}")
  private long replays;

  @Option(names = "--key", paramLabel = "VKEY|@FILE", converter = VerifierKeys.Converter.class, description = "Checks proofs by the receipt log's"
      + " key alone, without a ledger; with --pack, what its key has to be.")
  private @Nullable VerifierKeys trusted;

  @Mixin
  private PackOptions pack;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Spec
  private CommandSpec command;

  @Override
  public Integer call() throws InterruptedException, ProofException {
    if (pack.isGiven()) {
      if (!proofs.isEmpty() || !receipts.isEmpty()) {
        throw new ParameterException(command.commandLine(),
            "--pack checks all that is in a pack; expected no --receipt and no files of proofs");
      }
      return pack(pack.verify(Optional.ofNullable(trusted)));
    }
    if (trusted != null) {
      if (proofs.isEmpty() || !receipts.isEmpty()) {
        throw new ParameterException(command.commandLine(),
            "--key is for proofs that were handed over; expected files of proofs, and no --receipt");
      }
      return all(Verifier.builder(trusted.keys().getFirst()).build());
    }
    try (ModelLedger ledger = options.open()) {
      Verifier verifier = ledger.verifier();
      return proofs.isEmpty() && receipts.isEmpty() ? whole(verifier) : all(verifier);
    }
  }

  private int all(Verifier verifier) throws InterruptedException, ProofException {
    boolean sound = true;
    for (Path file : proofs) {
      sound &= print(file.toString(), verifier.check(TlogProof.parse(InputFile.bytes(file))));
    }
    for (long index : receipts) {
      sound &= print("receipt " + index, check(verifier, index));
    }
    return sound ? ExitCode.OK : ExitCode.EVIDENCE;
  }

  private static VerificationReport check(Verifier verifier, long index)
      throws InterruptedException {
    try {
      return verifier.check(index);
    } catch (IndexOutOfBoundsException e) {
      throw new InputException("there is no receipt " + index + " in the log: " + e.getMessage(),
          e);
    }
  }

  private boolean print(String what, VerificationReport report) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("what", what);
    members.put("receipt", report.index());
    members.put("sound", report.isSound());
    members.put("steps", steps(report.steps()));
    members.put("revocation", report.revocation().explanation());
    output.print(report.toString(), members);
    return report.isSound();
  }

  private int whole(Verifier verifier) throws InterruptedException {
    LogReport report = verifier.checkAll(replays);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("sound", report.isSound());
    members.put("size", report.size());
    members.put("receipts", report.receipts());
    members.put("missing", report.missing());
    members.put("unacknowledged", report.unacknowledged());
    members.put("opened", report.opened());
    members.put("erased", report.erased());
    members.put("replayed", report.replayed());
    members.put("log", steps(report.log()));
    Map<String, Object> versions = new LinkedHashMap<>();
    report.versions()
        .forEach((version, results) -> versions.put(version.toString(), steps(results)));
    members.put("versions", versions);
    Map<String, Object> revocations = new LinkedHashMap<>();
    report.revocations()
        .forEach((version, counts) -> revocations.put(version.toString(), counts.toString()));
    members.put("revocations", revocations);
    members.put("failures", report.failures().stream().map(LogReport.Failure::toString).toList());
    output.print(report.toString(), members);
    return report.isSound() ? ExitCode.OK : ExitCode.EVIDENCE;
  }

  private int pack(PackReport report) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("sound", report.isSound());
    members.put("vouched", report.vouched());
    report.description().ifPresent(it -> members.put("receipts", it.count()));
    List<Map<String, Object>> checks = new ArrayList<>();
    for (PackCheck check : report.checks()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("check", check.name());
      one.put("outcome", check.outcome().word());
      one.put("explanation", check.outcome().explanation());
      checks.add(one);
    }
    members.put("checks", checks);
    output.print(report.toString(), members);
    return report.isSound() ? ExitCode.OK : ExitCode.EVIDENCE;
  }

  private static List<Map<String, Object>> steps(List<StepResult> results) {
    List<Map<String, Object>> steps = new ArrayList<>();
    for (StepResult result : results) {
      Map<String, Object> step = new LinkedHashMap<>();
      step.put("step", result.step().word());
      step.put("outcome", result.outcome().word());
      step.put("explanation", result.outcome().explanation());
      steps.add(step);
    }
    return steps;
  }
}
