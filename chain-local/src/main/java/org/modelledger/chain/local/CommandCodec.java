package org.modelledger.chain.local;

import java.io.IOException;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
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

/** Commands as CBOR arrays whose first item is the kind; docs/formats/local-registry.md. */
final class CommandCodec {
  private static final int CREATE = 1;
  private static final int REGISTER = 2;
  private static final int DEPLOY = 3;
  private static final int UNDEPLOY = 4;
  private static final int REVOKE_VERSION = 5;
  private static final int GRANT_ROLE = 6;
  private static final int REVOKE_ROLE = 7;
  private static final int TRANSFER_OWNERSHIP = 8;
  private static final int ACCEPT_OWNERSHIP = 9;
  private static final int ANCHOR = 10;

  private CommandCodec() {}

  static void write(Cbor.Writer out, Command<?> command) throws IOException {
    switch (command) {
      case CreateModel c -> out.array(2).integer(CREATE).text(c.model().value());
      case RegisterVersion c -> out.array(4)
          .integer(REGISTER)
          .text(c.model().value())
          .bytes(c.artifact().bytes())
          .bytes(c.statement().bytes());
      case DeployVersion c -> out.array(4)
          .integer(DEPLOY)
          .text(c.version().model().value())
          .integer(c.version().number())
          .text(c.environment().value());
      case UndeployModel c -> out.array(3)
          .integer(UNDEPLOY)
          .text(c.model().value())
          .text(c.environment().value());
      case RevokeVersion c -> out.array(4)
          .integer(REVOKE_VERSION)
          .text(c.version().model().value())
          .integer(c.version().number())
          .bytes(c.reason().bytes());
      case GrantRole c -> writeRole(out, GRANT_ROLE, c.model(), c.account(), c.role());
      case RevokeRole c -> writeRole(out, REVOKE_ROLE, c.model(), c.account(), c.role());
      case TransferOwnership c -> out.array(3)
          .integer(TRANSFER_OWNERSHIP)
          .text(c.model().value())
          .text(c.newOwner().value());
      case AcceptOwnership c -> out.array(2).integer(ACCEPT_OWNERSHIP).text(c.model().value());
      case AnchorLog c -> out.array(4)
          .integer(ANCHOR)
          .text(c.origin().value())
          .integer(c.treeSize())
          .bytes(c.rootHash().bytes());
    }
    out.end();
  }

  private static void writeRole(Cbor.Writer out, int kind, ModelName model, AccountId account,
      Role role) throws IOException {
    out.array(4)
        .integer(kind)
        .text(model.value())
        .text(account.value())
        .integer(roleNumber(role));
  }

  /**
   * Reads what {@link #write} writes.
   *
   * @throws MalformedEntryException if the kind or the role is not known, or an item is of another
   *     type
   * @throws IllegalArgumentException if a value is not one that a command can have
   * @throws org.modelledger.model.InvalidNameException if a name is none
   */
  static Command<?> read(Cbor.Reader in) throws IOException, MalformedEntryException {
    in.array("command");
    long kind = in.unsigned("kind of command");
    if (kind < CREATE || kind > ANCHOR) {
      throw new MalformedEntryException(
          "kind of command is " + kind + ", wanted " + CREATE + " to " + ANCHOR);
    }
    Command<?> command = switch ((int) kind) {
      case CREATE -> new CreateModel(model(in));
      case REGISTER -> new RegisterVersion(model(in), digest(in, "artifact digest"),
          digest(in, "statement digest"));
      case DEPLOY -> new DeployVersion(version(in), environment(in));
      case UNDEPLOY -> new UndeployModel(model(in), environment(in));
      case REVOKE_VERSION -> new RevokeVersion(version(in), digest(in, "reason digest"));
      case GRANT_ROLE -> new GrantRole(model(in), account(in), role(in));
      case REVOKE_ROLE -> new RevokeRole(model(in), account(in), role(in));
      case TRANSFER_OWNERSHIP -> new TransferOwnership(model(in), account(in));
      case ACCEPT_OWNERSHIP -> new AcceptOwnership(model(in));
      default -> new AnchorLog(LogOrigin.of(in.text("log origin")), in.unsigned("tree size"),
          digest(in, "root hash"));
    };
    in.endArray("command");
    return command;
  }

  private static ModelName model(Cbor.Reader in) throws IOException, MalformedEntryException {
    return ModelName.of(in.text("model name"));
  }

  private static ModelVersionId version(Cbor.Reader in)
      throws IOException,
      MalformedEntryException {
    return new ModelVersionId(model(in), in.unsigned("version"));
  }

  private static EnvironmentName environment(Cbor.Reader in)
      throws IOException,
      MalformedEntryException {
    return EnvironmentName.of(in.text("environment name"));
  }

  private static AccountId account(Cbor.Reader in) throws IOException, MalformedEntryException {
    return AccountId.of(in.text("account"));
  }

  private static Digest digest(Cbor.Reader in, String what)
      throws IOException,
      MalformedEntryException {
    return Digest.of(in.bytes(what, Digest.BYTES));
  }

  private static Role role(Cbor.Reader in) throws IOException, MalformedEntryException {
    long number = in.unsigned("role");
    for (Role role : Role.values()) {
      if (roleNumber(role) == number) {
        return role;
      }
    }
    throw new MalformedEntryException("role is " + number + ", wanted 1 to 3");
  }

  /** The number of a role in every format of the ledger, for ever. */
  static int roleNumber(Role role) {
    return switch (role) {
      case TRAINER -> 1;
      case DEPLOYER -> 2;
      case WORKER -> 3;
    };
  }
}
