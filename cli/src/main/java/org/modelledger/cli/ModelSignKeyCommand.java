package org.modelledger.cli;

import java.nio.file.Path;
import org.modelledger.signing.ModelSigner;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.SigningKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Signs with a key that verifiers have. */
@Command(name = "key", description = "Signs with a private key; verifiers have its public key.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ModelSignKeyCommand extends ModelSigningCommand {

  @Option(names = "--private-key", required = true, paramLabel = "FILE", description = "The private key in PEM: EC on P-256, P-384 or P-521, unencrypted.")
  private Path key;

  @Override
  Signing signing() {
    SigningKeys keys = SigningKeys.load(key);
    return new Signing(new ModelSigner(keys), new ModelVerifier(keys.publicKey()));
  }
}
