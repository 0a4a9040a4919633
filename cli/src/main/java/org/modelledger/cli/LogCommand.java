package org.modelledger.cli;

import picocli.CommandLine.Command;

/** The commands for transparency logs, whatever their entries mean. */
@Command(name = "log", description = "Serves, checks and witnesses transparency logs (C2SP tlog-tiles).", subcommands = {
    LogServeCommand.class, LogFsckCommand.class, LogWitnessCommand.class})
final class LogCommand {}
