package org.modelledger.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.modelledger.LoadNotAdmittedException;
import org.modelledger.RegistryUnseenException;
import org.modelledger.UntrustedModelException;
import org.modelledger.artifact.ArtifactRefusedException;
import org.modelledger.lineage.NotApprovedException;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.tables.TableException;
import org.modelledger.tlog.LogCorruptException;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.TransparencyLogException;
import org.modelledger.training.TrainingException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in one line what went wrong, and gives the code for it. */
final class Failures implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    int code = code(failure);
    String message = failure.getMessage();
    if (message == null || failure instanceof FileSystemException) {
      // the messages of file systems are often a name and nothing more
      message = failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
    if (code == ExitCode.FAULT || isVerbose(command)) {
      failure.printStackTrace(command.getErr());
    }
    return code;
  }

  static int code(Throwable failure) {
    return switch (failure) {
      case ProofException e -> ExitCode.EVIDENCE;
      case VerificationException e -> ExitCode.EVIDENCE;
      case LogCorruptException e -> ExitCode.EVIDENCE;
      case ModelFormatException e -> ExitCode.EVIDENCE;
      case UntrustedModelException e -> ExitCode.EVIDENCE;
      case CommandRefusedException e -> ExitCode.REFUSED;
      case NotApprovedException e -> ExitCode.REFUSED;
      case LoadNotAdmittedException e -> ExitCode.REFUSED;
      case RegistryUnseenException e -> ExitCode.ENVIRONMENT;
      case ConfigurationException e -> ExitCode.USAGE;
      case InvalidNameException e -> ExitCode.USAGE;
      case InputException e -> ExitCode.USAGE;
      case TableException e -> ExitCode.USAGE;
      case TrainingException e -> ExitCode.USAGE;
      case ArtifactRefusedException e -> ExitCode.USAGE;
      case TransparencyLogException e -> ExitCode.ENVIRONMENT;
      case ModelLedgerException e -> ExitCode.ENVIRONMENT;
      case IOException e -> ExitCode.ENVIRONMENT;
      case UncheckedIOException e -> ExitCode.ENVIRONMENT;
      case InterruptedException e -> ExitCode.INTERRUPTED;
      default -> ExitCode.FAULT;
    };
  }

  private static boolean isVerbose(CommandLine command) {
    Object root = command.getCommandSpec().root().userObject();
    return root instanceof ModelLedgerCommand modelledger && modelledger.verbose;
  }
}
