package org.modelledger.cli;

import java.nio.file.Path;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.VerificationKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Verifies by a key. */
@Command(name = "key", description = "Accepts what is signed with the private key to this public key.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ModelVerifyKeyCommand extends ModelVerifyingCommand {

  @Option(names = "--public-key", required = true, paramLabel = "FILE", description = "The public key in PEM: EC on P-256, P-384 or P-521.")
  private Path key;

  @Override
  ModelVerifier verifier() {
    return new ModelVerifier(VerificationKey.load(key));
  }
}
