package org.modelledger.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.modelledger.signing.ModelSigner;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.SigningCertificate;
import org.modelledger.signing.TrustedCertificates;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Signs with a key that a certificate vouches for. */
@Command(name = "certificate", description = "Signs with a private key and its certificate; verifiers trust who issued it.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ModelSignCertificateCommand extends ModelSigningCommand {

  @Option(names = "--private-key", required = true, paramLabel = "FILE", description = "The private key in PEM: EC on P-256, P-384 or P-521, unencrypted.")
  private Path key;

  @Option(names = "--signing-certificate", required = true, paramLabel = "FILE", description = "The certificate of this key, in PEM.")
  private Path certificate;

  @Option(names = "--certificate-chain", paramLabel = "FILE", description = "Certificates of its issuers, in PEM, that verifiers may lack. May be repeated, from the signing certificate towards the root.")
  private List<Path> chain = new ArrayList<>();

  @Override
  Signing signing() {
    SigningCertificate own = SigningCertificate.load(key, certificate, chain);
    return new Signing(new ModelSigner(own),
        new ModelVerifier(TrustedCertificates.of(List.of(own.chain().get(0)))));
  }
}
