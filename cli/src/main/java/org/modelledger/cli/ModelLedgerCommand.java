package org.modelledger.cli;

import java.io.PrintWriter;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of all commands. What stands here is true of each of them. */
@Command(name = "modelledger", description = "Trains, registers, deploys, signs and runs models, and checks the evidence that they leave.", mixinStandardHelpOptions = true, versionProvider = Version.class, scope = ScopeType.INHERIT, subcommands = {
    InitCommand.class, TrainCommand.class, RegisterCommand.class, DeployCommand.class,
    UndeployCommand.class, RevokeCommand.class, ApproveCommand.class, InferCommand.class,
    AnchorCommand.class, HistoryCommand.class, LineageCommand.class, PackCommand.class,
    VerifyCommand.class, ReplayCommand.class, RetrainCommand.class, AuditCommand.class,
    EraseCommand.class, KeysCommand.class, ModelCommand.class, LogCommand.class,
    GenerateCompletion.class}, sortOptions = false, exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
        "0:done; what was checked holds",
        "1:the evidence does not hold: damaged, forged, rolled back or missing",
        "2:the command line, or a file that it names, was not understood",
        "3:nothing is known: a file, a disk or the network did not do its part",
        "4:the registry's rules or a policy do not allow it; nothing was changed",
        "70:a fault of this program", "130:interrupted (143: terminated)"})
final class ModelLedgerCommand {

  @Option(names = {"-v",
      "--verbose"}, scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
  boolean verbose;

  /** Returns the whole command, writing to these. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new ModelLedgerCommand()).setOut(out)
        .setErr(err)
        // an @ before a file name is ours: --key @log.vkey
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(new Failures());
  }
}
