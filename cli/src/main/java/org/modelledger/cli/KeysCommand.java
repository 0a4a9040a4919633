package org.modelledger.cli;

import picocli.CommandLine.Command;

/** The commands for keys that encrypt; those that sign are not meant. */
@Command(name = "keys", description = "Sees to the keys that encrypt evidence and models.", subcommands = KeysRotateCommand.class)
final class KeysCommand {}
