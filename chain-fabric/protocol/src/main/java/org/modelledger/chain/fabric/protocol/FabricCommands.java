package org.modelledger.chain.fabric.protocol;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.AcceptOwnership;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.Command.RevokeRole;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.TransferOwnership;
import org.modelledger.registry.Command.UndeployModel;
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;

/**
 * Commands as lists of texts: a verb and its arguments, the same that a transaction calls the
 * chaincode with. Each command has one spelling: digests are 64 lower-case hexadecimal digits, numbers
 * decimal without leading zeros, roles in capital letters.
 */
public final class FabricCommands {
  private static final Map<String, Role> ROLES = Stream.of(Role.values())
      .collect(Collectors.toUnmodifiableMap(Role::name, role -> role));

  private FabricCommands() {}

  /** Returns the verb and its arguments. */
  public static List<String> write(Command<?> command) {
    return switch (command) {
      case CreateModel c -> ChaincodeFunction.CREATE_MODEL.call(c.model().value());
      case RegisterVersion c ->
        ChaincodeFunction.TRAIN_MODEL.call(c.model().value(), c.artifact().hex(),
            c.statement().hex());
      case DeployVersion c -> ChaincodeFunction.DEPLOY_MODEL.call(c.version().model().value(),
          Long.toString(c.version().number()), c.environment().value());
      case UndeployModel c -> ChaincodeFunction.UNDEPLOY_MODEL.call(c.model().value(),
          c.environment().value());
      case RevokeVersion c -> ChaincodeFunction.REVOKE_VERSION.call(c.version().model().value(),
          Long.toString(c.version().number()), c.reason().hex());
      case GrantRole c -> ChaincodeFunction.GRANT_ROLE.call(c.model().value(), c.account().value(),
          c.role().name());
      case RevokeRole c ->
        ChaincodeFunction.REVOKE_ROLE.call(c.model().value(), c.account().value(),
            c.role().name());
      case TransferOwnership c -> ChaincodeFunction.TRANSFER_OWNERSHIP.call(c.model().value(),
          c.newOwner().value());
      case AcceptOwnership c -> ChaincodeFunction.ACCEPT_OWNERSHIP.call(c.model().value());
      case AnchorLog c -> ChaincodeFunction.ANCHOR_LOG.call(c.origin().value(),
          Long.toString(c.treeSize()), c.rootHash().hex());
    };
  }

  /**
   * Reads what {@link #write} writes.
   *
   * @throws MalformedInputException if it is no command; says which argument is what
   */
  public static Command<?> read(List<String> call) {
    if (call.isEmpty()) {
      throw new MalformedInputException(
          "a command without a verb; expected a verb and its arguments");
    }
    ChaincodeFunction verb = ChaincodeFunction.named(call.get(0));
    List<String> in = verb.arguments(call);
    try {
      return switch (verb) {
        case CREATE_MODEL -> new CreateModel(model(in));
        case TRAIN_MODEL -> new RegisterVersion(model(in), digest(verb, in, 1),
            digest(verb, in, 2));
        case DEPLOY_MODEL -> new DeployVersion(model(in).version(version(in)),
            EnvironmentName.of(in.get(2)));
        case UNDEPLOY_MODEL -> new UndeployModel(model(in), EnvironmentName.of(in.get(1)));
        case REVOKE_VERSION -> new RevokeVersion(model(in).version(version(in)),
            digest(verb, in, 2));
        case GRANT_ROLE -> new GrantRole(model(in), account(in.get(1)), role(in.get(2)));
        case REVOKE_ROLE -> new RevokeRole(model(in), account(in.get(1)), role(in.get(2)));
        case TRANSFER_OWNERSHIP -> new TransferOwnership(model(in), account(in.get(1)));
        case ACCEPT_OWNERSHIP -> new AcceptOwnership(model(in));
        case ANCHOR_LOG -> new AnchorLog(LogOrigin.of(in.get(0)),
            Texts.number("treeSize", in.get(1), 1, Long.MAX_VALUE), digest(verb, in, 2));
        default -> throw new MalformedInputException(
            verb.functionName() + " is no command; expected one of "
                + Stream.of(ChaincodeFunction.values())
                    .filter(ChaincodeFunction::isVerb)
                    .map(ChaincodeFunction::functionName)
                    .toList());
      };
    } catch (InvalidNameException e) {
      throw new MalformedInputException(verb.functionName() + ": " + e.getMessage(), e);
    }
  }

  /** Returns the digest by which two commands are told to be the same: of their JSON array. */
  public static Digest digest(List<String> call) {
    return Digest.sha256(Json.bytes(Json.texts(call)));
  }

  /**
   * Reads the id of a submission.
   *
   * @throws MalformedInputException if it is not a UUID
   */
  public static SubmissionId submissionId(String text) {
    try {
      return SubmissionId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException("the id of a submission is '" + Texts.shortened(text)
          + "'; expected a UUID, such as 123e4567-e89b-12d3-a456-426614174000", e);
    }
  }

  /**
   * Reads the number of a version.
   *
   * @throws MalformedInputException if it is not a number from 1
   */
  public static long versionNumber(String text) {
    return Texts.number("version", text, 1, Long.MAX_VALUE);
  }

  private static ModelName model(List<String> in) {
    return ModelName.of(in.get(0));
  }

  private static long version(List<String> in) {
    return versionNumber(in.get(1));
  }

  private static AccountId account(String text) {
    AccountId account = AccountId.of(text);
    FabricAccounts.requireAccount(account);
    return account;
  }

  private static Digest digest(ChaincodeFunction verb, List<String> in, int index) {
    return digest(verb.functionName() + ": " + verb.parameters().get(index), in.get(index));
  }

  /**
   * Reads a digest.
   *
   * @param what what it is the digest of, for the message
   * @throws MalformedInputException if it is not 64 lower-case hexadecimal digits
   */
  static Digest digest(String what, String text) {
    try {
      return new Digest(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(what + " is '" + Texts.shortened(text)
          + "'; expected 64 hexadecimal digits [0-9a-f] of a SHA-256 digest", e);
    }
  }

  /**
   * Reads a role.
   *
   * @throws MalformedInputException if there is no such role
   */
  static Role role(String text) {
    Role role = ROLES.get(text);
    if (role == null) {
      throw new MalformedInputException("there is no role '" + Texts.shortened(text)
          + "'; expected one of " + List.of(Role.values()));
    }
    return role;
  }
}
