package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.HexFormat;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.model.AccountId;
import org.modelledger.model.ModelName;
import org.modelledger.registry.AlreadyExistsException;
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
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.StaleAnchorException;
import org.modelledger.registry.VersionRevokedException;
import org.web3j.abi.datatypes.CustomError;

/** The contract's errors as the registry's exceptions; what they are about is in the command. */
final class Refusals {
  private static final HexFormat HEX = HexFormat.of();
  private static final String NOT_FOUND = Abi.selector(ModelRegistry.NOTFOUND_ERROR);
  private static final String ALREADY_EXISTS = Abi.selector(ModelRegistry.ALREADYEXISTS_ERROR);
  private static final String NOT_AUTHORIZED = Abi.selector(ModelRegistry.NOTAUTHORIZED_ERROR);
  private static final String REVOKED = Abi.selector(ModelRegistry.VERSIONISREVOKED_ERROR);
  private static final String STALE_ANCHOR = Abi.selector(ModelRegistry.STALEANCHOR_ERROR);

  /** {@code Thing} in the contract. */
  private static final int MODEL = 0;
  private static final int VERSION = 1;

  private Refusals() {}

  /**
   * Returns why a command was refused.
   *
   * @param reason the ABI-encoded error
   * @throws IllegalArgumentException if the contract gave a reason that no command of ours can have
   */
  static CommandRefusedException exception(AccountId author, Command<?> command, byte[] reason) {
    String selector = Abi.selector(reason);
    if (selector.equals(NOT_FOUND)) {
      return notFound(command, number(reason, ModelRegistry.NOTFOUND_ERROR, 0));
    }
    if (selector.equals(ALREADY_EXISTS)) {
      return alreadyExists(command, number(reason, ModelRegistry.ALREADYEXISTS_ERROR, 1));
    }
    if (selector.equals(NOT_AUTHORIZED)) {
      return new NotAuthorizedException(notAuthorized(author, command));
    }
    if (selector.equals(REVOKED)) {
      return new VersionRevokedException(version(command) + " was revoked for the reason "
          + values(reason, ModelRegistry.VERSIONISREVOKED_ERROR).digest(0));
    }
    if (selector.equals(STALE_ANCHOR) && command instanceof AnchorLog anchor) {
      return new StaleAnchorException("the log " + anchor.origin() + " is anchored by " + author
          + " at size " + number(reason, ModelRegistry.STALEANCHOR_ERROR, 0)
          + "; a new anchor's size is greater, not " + anchor.treeSize());
    }
    throw new IllegalArgumentException("the contract refused " + command + " by "
        + HEX.formatHex(reason) + ", which is no reason that the registry knows");
  }

  private static NotFoundException notFound(Command<?> command, BigInteger thing) {
    if (thing.intValueExact() == MODEL) {
      return new NotFoundException("there is no model " + model(command));
    }
    if (thing.intValueExact() == VERSION) {
      return new NotFoundException("there is no version " + version(command));
    }
    return new NotFoundException(switch (command) {
      case UndeployModel c -> "no version of " + c.model() + " is deployed in " + c.environment();
      case RevokeRole c -> "account " + c.account() + " does not have the role " + c.role() + " on "
          + c.model();
      default -> command + " is about something that is not there";
    });
  }

  private static AlreadyExistsException alreadyExists(Command<?> command, BigInteger version) {
    return switch (command) {
      case RegisterVersion c when version.signum() > 0 -> new AlreadyExistsException(
          c.model().version(version.longValueExact()) + " has the artifact " + c.artifact()
              + " and the statement " + c.statement() + " already",
          c.model().version(version.longValueExact()));
      case GrantRole c -> new AlreadyExistsException("account " + c.account() + " has the role "
          + c.role() + " on " + c.model() + " already");
      default -> new AlreadyExistsException("the model " + model(command) + " exists already");
    };
  }

  private static String notAuthorized(AccountId author, Command<?> command) {
    return switch (command) {
      case RegisterVersion c -> needs(author, Role.TRAINER, c.model());
      case DeployVersion c -> needs(author, Role.DEPLOYER, c.version().model());
      case UndeployModel c -> needs(author, Role.DEPLOYER, c.model());
      case AcceptOwnership c -> "model " + c.model() + " was not offered to " + author
          + ", who would accept it";
      default -> "account " + author + " is not the owner of " + model(command)
          + ", who alone may do this";
    };
  }

  private static String needs(AccountId author, Role role, ModelName model) {
    return "account " + author + " needs the role " + role + " on " + model
        + ", or to be its owner";
  }

  private static String model(Command<?> command) {
    return switch (command) {
      case CreateModel c -> c.model().value();
      case RegisterVersion c -> c.model().value();
      case DeployVersion c -> c.version().model().value();
      case UndeployModel c -> c.model().value();
      case RevokeVersion c -> c.version().model().value();
      case GrantRole c -> c.model().value();
      case RevokeRole c -> c.model().value();
      case TransferOwnership c -> c.model().value();
      case AcceptOwnership c -> c.model().value();
      case AnchorLog c -> c.origin().value();
    };
  }

  private static String version(Command<?> command) {
    return switch (command) {
      case DeployVersion c -> c.version().toString();
      case RevokeVersion c -> c.version().toString();
      default -> "of " + model(command);
    };
  }

  private static BigInteger number(byte[] reason, CustomError error, int index) {
    return values(reason, error).number(index);
  }

  private static AbiValues values(byte[] reason, CustomError error) {
    return AbiValues.decode(
        HEX.formatHex(reason, Abi.SELECTOR_BYTES, reason.length),
        AbiValues.Shape.of(error));
  }
}
