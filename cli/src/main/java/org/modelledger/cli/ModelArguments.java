package org.modelledger.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modelledger.signing.SignedModel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What all commands for signatures over models are given, and how they say what they did. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ModelArguments {

  @Parameters(paramLabel = "MODEL", description = "The model's directory, or the file that it is.")
  Path model;

  @Option(names = "--signature", defaultValue = "model.sig", paramLabel = "FILE", description = "The signature. Default: ${DEFAULT-VALUE}. Within the model, it is left out.")
  Path signature;

  @Option(names = "--ignore-paths", paramLabel = "PATH", description = "A file or directory within the model to leave out, with all below it. May be repeated.")
  private List<Path> ignoredPaths = new ArrayList<>();

  @Option(names = {"-q", "--quiet"}, description = "Do not show how far it is.")
  boolean quiet;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** What is done while the hashing is shown. */
  interface Work<T> {
    T with(HashingMeter meter) throws Exception;
  }

  /** Shows how far the hashing is, and what it came to. */
  <T> T metered(Work<T> work) throws Exception {
    HashingMeter meter = new HashingMeter();
    T result;
    try (StatusLine line = new StatusLine(spec.commandLine().getErr(),
        ProgressLine.isTerminal())) {
      if (!quiet) {
        meter.showOn(line);
      }
      result = work.with(meter);
    }
    if (!quiet) {
      spec.commandLine().getErr().println("hashed " + meter.summary());
    }
    return result;
  }

  /** Returns the paths to leave out as they are called within the model. */
  List<String> ignored() throws IOException {
    List<String> ignored = new ArrayList<>();
    for (Path path : ignoredPaths) {
      ignored.add(within(path).orElseThrow(() -> usage("--ignore-paths: '" + path
          + "' is not within the model '" + model + "'")));
    }
    within(signature).ifPresent(ignored::add);
    return ignored;
  }

  ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  void warn(String message) {
    spec.commandLine().getErr().println(spec.qualifiedName() + ": warning: " + message);
  }

  /** Says in words what is signed. */
  static String text(SignedModel signed) {
    int files = signed.files().size();
    return "'" + signed.name() + "', " + files + (files == 1 ? " file" : " files") + ", root "
        + signed.digest().hex() + ", by " + signed.signer()
            .certificate()
            .map(certificate -> "'" + certificate.getSubjectX500Principal().getName() + "'")
            .orElse("the key " + signed.signer().key().hint());
  }

  static Map<String, Object> members(SignedModel signed) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", signed.name());
    members.put("digest", signed.digest().hex());
    members.put("files", signed.files().size());
    members.put("resources", signed.resources().size());
    members.put("hash", signed.serialization().hash().identifier());
    signed.serialization().shardBytes().ifPresent(bytes -> members.put("shardSize", bytes));
    members.put("key", signed.signer().key().hint());
    signed.signer().certificate().ifPresent(certificate -> {
      members.put("subject", certificate.getSubjectX500Principal().getName());
      members.put("issuer", certificate.getIssuerX500Principal().getName());
    });
    return members;
  }

  /** By what was written, or else by what links lead to; nothing for what lies elsewhere. */
  private Optional<String> within(Path path) throws IOException {
    Optional<String> written = relative(model.toAbsolutePath().normalize(),
        path.toAbsolutePath().normalize());
    Path directory = path.toAbsolutePath().normalize().getParent();
    if (written.isPresent() || directory == null || !directory.toFile().exists()
        || !model.toFile().exists()) {
      return written;
    }
    return relative(model.toRealPath(), directory.toRealPath().resolve(path.getFileName()));
  }

  private static Optional<String> relative(Path root, Path path) {
    if (!path.startsWith(root) || path.equals(root)) {
      return Optional.empty();
    }
    String separator = path.getFileSystem().getSeparator();
    return Optional.of(root.relativize(path).toString().replace(separator, "/"));
  }
}
