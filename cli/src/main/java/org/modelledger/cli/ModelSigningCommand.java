package org.modelledger.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.modelledger.signing.HashAlgorithm;
import org.modelledger.signing.ModelSigner;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.Serialization;
import org.modelledger.signing.SignedModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Signs a model, whoever it is that signs. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
abstract class ModelSigningCommand implements Callable<Integer> {

  @Mixin
  private ModelArguments arguments;

  @Mixin
  private ResultOutput output;

  @Option(names = "--ignore-git-paths", negatable = true, defaultValue = "true", fallbackValue = "true", description = "Whether to leave out .git, .gitattributes, .github and .gitignore. Default: yes.")
  private boolean ignoresGitPaths;

  @Option(names = "--allow-symlinks", description = "Let symbolic links stand for the files that they lead to. Default: refuse them.")
  private boolean followsLinks;

  @Option(names = "--hash", defaultValue = "sha256", paramLabel = "NAME", description = "sha256, blake2b or blake3. Default: ${DEFAULT-VALUE}.")
  private HashAlgorithm hash;

  @Option(names = "--shard-size", paramLabel = "BYTES", description = "Hash files in shards of this length, so that all cores work on a single large file. Default: files as wholes.")
  private @Nullable Long shardBytes;

  /** Who signs, and who accepts that alone. */
  record Signing(ModelSigner signer, ModelVerifier verifier) {}

  /** @throws ModelFormatException if a key or certificate is not one, or they do not fit */
  abstract Signing signing();

  @Override
  public final Integer call() throws Exception {
    Signing signing = keys();
    Serialization serialization = serialization();
    DirectoryFiles files = serialization.filesOf(arguments.model);
    for (String link : files.linksOutside()) {
      arguments.warn("the symbolic link '" + link + "' leads out of the model; the content behind"
          + " it is signed as it is now");
    }
    byte[] bundle = arguments.metered(
        meter -> signing.signer.telling(meter).sign(name(), files, serialization));
    // a signature that nobody will accept, by a certificate that has expired, is not left behind
    SignedModel signed = signing.verifier.verifySignature(bundle);
    write(bundle);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("signature", arguments.signature.toString());
    members.putAll(ModelArguments.members(signed));
    output.print("signed " + ModelArguments.text(signed), members);
    return ExitCode.OK;
  }

  private Signing keys() {
    try {
      return signing();
    } catch (ModelFormatException | StorageException e) {
      throw arguments.usage(String.valueOf(e.getMessage()));
    }
  }

  private Serialization serialization() throws IOException {
    List<String> ignored = new ArrayList<>(arguments.ignored());
    if (ignoresGitPaths) {
      ignored.addAll(ArtifactManifest.gitPaths());
    }
    try {
      Serialization serialization = Serialization.files().with(hash).ignoring(ignored);
      if (followsLinks) {
        serialization = serialization.followingLinks();
      }
      return shardBytes == null ? serialization : serialization.inShardsOf(shardBytes);
    } catch (IllegalArgumentException e) {
      throw arguments.usage(String.valueOf(e.getMessage()));
    }
  }

  private String name() throws IOException {
    Path last = arguments.model.toAbsolutePath().normalize().getFileName();
    return last == null ? "model" : last.toString();
  }

  /** At once and complete. */
  private void write(byte[] bundle) throws IOException {
    Path target = arguments.signature.toAbsolutePath();
    Path aside = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      Files.write(aside, bundle);
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
  }
}
