package org.modelledger.cli;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.pack.PackReport;
import org.modelledger.pack.PackVerifier;
import org.modelledger.signing.VerificationKey;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says which evidence pack to check, and by which keys. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class PackOptions {

  @Option(names = "--pack", paramLabel = "DIR", description = "Checks an evidence pack from its own parts, without a ledger.")
  private @Nullable Path directory;

  @Option(names = "--model-key", paramLabel = "FILE", description = "With --pack, the public key of its maker in PEM: model.pub, from where"
      + " you can trust it. Without it nothing is known of who made the pack.")
  private @Nullable Path modelKey;

  @Option(names = "--registry-key", paramLabel = "VKEY|@FILE", converter = VerifierKeys.Converter.class, description = "With --pack, what the key of its"
      + " registry has to be.")
  private @Nullable VerifierKeys registryKey;

  @Option(names = "--rerun", paramLabel = "ENGINE", description = "With --pack, run inferences again on this engine, where the pack has the"
      + " model and the inputs.")
  private @Nullable String engine;

  @Option(names = "--refuse-revoked", description = "With --pack, a receipt of a version that was revoked is a failure, unless an anchor"
      + " shows that it is older.")
  private boolean refusesRevoked;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** @throws ParameterException if there are keys for a pack and no pack */
  boolean isGiven() {
    if (directory == null
        && (modelKey != null || registryKey != null || engine != null || refusesRevoked)) {
      throw new ParameterException(command.commandLine(),
          "--model-key, --registry-key, --rerun and --refuse-revoked are for --pack DIR");
    }
    return directory != null;
  }

  PackReport verify(Optional<VerifierKeys> receiptsKey) throws InterruptedException {
    PackVerifier.Builder verifier = PackVerifier.builder();
    receiptsKey.ifPresent(keys -> verifier.receiptsKey(keys.keys().getFirst()));
    if (modelKey != null) {
      verifier.modelKey(VerificationKey.load(modelKey));
    }
    if (registryKey != null) {
      verifier.registryKey(registryKey.keys().getFirst());
    }
    if (refusesRevoked) {
      verifier.refuseRevoked();
    }
    Path pack = Objects.requireNonNull(directory);
    if (engine == null) {
      return verifier.build().verify(pack);
    }
    try (var runtime = Providers.openInferenceEngine(engine, ProviderOptions.empty(),
        PackOptions.class.getClassLoader())) {
      return verifier.engine(() -> runtime).build().verify(pack);
    }
  }
}
