/**
 * The command {@code modelledger}. {@link org.modelledger.cli.Main} starts it; each command is a class of
 * its own, found from {@code ModelLedgerCommand} down. Whatever a command refuses ends in one line on
 * the standard error stream and in one of the exit codes of {@link org.modelledger.cli.ExitCode}.
 */
@NullMarked
package org.modelledger.cli;

import org.jspecify.annotations.NullMarked;
