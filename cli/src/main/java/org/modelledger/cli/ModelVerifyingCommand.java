package org.modelledger.cli;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;
import org.modelledger.signing.ModelVerifier;
import org.modelledger.signing.SignedModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Verifies a model, whoever it is that is trusted. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
abstract class ModelVerifyingCommand implements Callable<Integer> {

  @Mixin
  private ModelArguments arguments;

  @Mixin
  private ResultOutput output;

  @Option(names = "--ignore-unsigned-files", description = "Look at the signed files alone, whatever else is there. Default: an unsigned file is a difference.")
  private boolean passesOverUnsigned;

  /** @throws ModelFormatException if a key or certificate is not one */
  abstract ModelVerifier verifier();

  @Override
  public final Integer call() throws Exception {
    ModelVerifier verifier = trusting().ignoring(new ArrayList<>(arguments.ignored()));
    ModelVerifier chosen = passesOverUnsigned ? verifier.passingOverUnsignedFiles() : verifier;
    byte[] bundle = Files.readAllBytes(arguments.signature);
    SignedModel signed;
    try {
      signed = arguments.metered(meter -> chosen.telling(meter).verify(bundle, arguments.model));
    } catch (VerificationException e) {
      if (!output.isJson()) {
        throw e;
      }
      Map<String, Object> refused = new LinkedHashMap<>();
      refused.put("verified", false);
      refused.put("reason", String.valueOf(e.getMessage()));
      output.print("", refused);
      return ExitCode.EVIDENCE;
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("verified", true);
    members.putAll(ModelArguments.members(signed));
    members.put("ignoredPaths", List.copyOf(signed.serialization().ignoredPaths()));
    output.print("verified " + ModelArguments.text(signed), members);
    return ExitCode.OK;
  }

  private ModelVerifier trusting() {
    try {
      return verifier();
    } catch (ModelFormatException | StorageException e) {
      throw arguments.usage(String.valueOf(e.getMessage()));
    }
  }
}
