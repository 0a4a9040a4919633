package org.modelledger.cli;

import picocli.CommandLine.Command;

/** The commands for models on a disk, whether a ledger knows them or not. */
@Command(name = "model", description = "Signs models and verifies signatures over them (OpenSSF Model Signing).", subcommands = {
    ModelCommand.Sign.class, ModelCommand.Verify.class})
final class ModelCommand {

  /** Who signs. */
  @Command(name = "sign", description = "Hashes a model and writes a signature over it.", subcommands = {
      ModelSignKeyCommand.class, ModelSignCertificateCommand.class})
  static final class Sign {}

  /** Who is trusted. */
  @Command(name = "verify", description = "Hashes a model and compares it with what is signed.", subcommands = {
      ModelVerifyKeyCommand.class, ModelVerifyCertificateCommand.class})
  static final class Verify {}
}
