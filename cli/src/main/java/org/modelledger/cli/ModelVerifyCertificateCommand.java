package org.modelledger.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.TrustedCertificates;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Verifies by certificates. */
@Command(name = "certificate", description = "Accepts what is signed with a certificate that these vouch for.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ModelVerifyCertificateCommand extends ModelVerifyingCommand {

  @Option(names = "--certificate-chain", required = true, paramLabel = "FILE", description = "Certificates to trust, in PEM: usually of a root authority. May be repeated.")
  private List<Path> trusted;

  @Option(names = "--at", paramLabel = "TIME", description = "The time at which certificates have to be valid, such as 2026-11-27T12:00:00Z, when you know from elsewhere that the signature is that old. Default: now.")
  private @Nullable Instant at;

  @Override
  ModelVerifier verifier() {
    TrustedCertificates certificates = TrustedCertificates.load(trusted);
    return new ModelVerifier(
        at == null ? certificates : certificates.at(InstantSource.fixed(at)));
  }
}
