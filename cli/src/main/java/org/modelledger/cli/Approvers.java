package org.modelledger.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.modelledger.lineage.DeployPolicy;
import org.modelledger.model.AccountId;
import org.modelledger.signing.VerificationKey;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whose approvals count. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class Approvers {

  @Option(names = "--approver", paramLabel = "ACCOUNT=FILE", description = "An account that may approve, and its public key in PEM. As often as wanted.")
  private Map<String, Path> keys = new LinkedHashMap<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Returns the policy that demands so many of them, by the names of environments. */
  DeployPolicy demanding(Map<String, Integer> approvals) {
    DeployPolicy.Builder policy = DeployPolicy.builder();
    try {
      keys.forEach((account, key) -> policy.approver(AccountId.of(account),
          VerificationKey.load(key)));
      approvals.forEach(policy::require);
      return policy.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(),
          "--approvals, --approver: " + e.getMessage(), e);
    }
  }
}
