package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
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
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;

/** Commands as ABI calls of the contract's verbs, and back. */
final class CommandCodec {
  /** {@code Role} in the contract, by its number there. */
  static final List<Role> ROLES = List.of(Role.TRAINER, Role.DEPLOYER, Role.WORKER);

  private static final HexFormat HEX = HexFormat.of();
  private static final Map<String, Verb> VERBS = verbs();

  private CommandCodec() {}

  /** How the arguments of a verb become a command again. */
  private interface Reader {
    Command<?> read(AbiValues in);
  }

  private record Verb(AbiValues.Shape arguments, Reader reader) {}

  private static Map<String, Verb> verbs() {
    Map<String, Verb> verbs = new HashMap<>();
    Utf8String text = new Utf8String("");
    Uint256 number = new Uint256(0);
    Uint64 size = new Uint64(0);
    Uint8 role = new Uint8(0);
    Bytes32 digest = new Bytes32(new byte[Digest.BYTES]);
    Address account = new Address("0x0");
    add(verbs, ModelRegistry.FUNC_CREATEMODEL, in -> new CreateModel(model(in)), text);
    add(verbs, ModelRegistry.FUNC_TRAINMODEL,
        in -> new RegisterVersion(model(in), in.digest(1), in.digest(2)), text, digest, digest);
    add(verbs, ModelRegistry.FUNC_DEPLOYMODEL,
        in -> new DeployVersion(model(in).version(in.number(1).longValueExact()),
            EnvironmentName.of(in.text(2))),
        text, number, text);
    add(verbs, ModelRegistry.FUNC_UNDEPLOYMODEL,
        in -> new UndeployModel(model(in), EnvironmentName.of(in.text(1))), text, text);
    add(verbs, ModelRegistry.FUNC_REVOKEVERSION,
        in -> new RevokeVersion(model(in).version(in.number(1).longValueExact()), in.digest(2)),
        text, number, digest);
    add(verbs, ModelRegistry.FUNC_GRANTROLE,
        in -> new GrantRole(model(in), in.account(1), role(in.number(2))), text, account, role);
    add(verbs, ModelRegistry.FUNC_REVOKEROLE,
        in -> new RevokeRole(model(in), in.account(1), role(in.number(2))), text, account, role);
    add(verbs, ModelRegistry.FUNC_TRANSFEROWNERSHIP,
        in -> new TransferOwnership(model(in), in.account(1)), text, account);
    add(verbs, ModelRegistry.FUNC_ACCEPTOWNERSHIP, in -> new AcceptOwnership(model(in)), text);
    add(verbs, ModelRegistry.FUNC_ANCHORLOG,
        in -> new AnchorLog(LogOrigin.of(in.text(0)), in.number(1).longValueExact(), in.digest(2)),
        text, size, digest);
    return Map.copyOf(verbs);
  }

  private static void add(Map<String, Verb> verbs, String name, Reader reader, Type<?>... example) {
    String call = FunctionEncoder.encode(new Function(name, List.of(example), List.of()));
    verbs.put(call.substring(2, 2 + 2 * Abi.SELECTOR_BYTES),
        new Verb(AbiValues.Shape.of(example), reader));
  }

  /**
   * Returns the call of the verb for a command.
   *
   * @throws IllegalArgumentException if it names an account that is no address
   */
  static byte[] encode(Command<?> command) {
    return switch (command) {
      case CreateModel c -> call(ModelRegistry.FUNC_CREATEMODEL, text(c.model()));
      case RegisterVersion c -> call(ModelRegistry.FUNC_TRAINMODEL, text(c.model()),
          bytes(c.artifact()), bytes(c.statement()));
      case DeployVersion c -> call(ModelRegistry.FUNC_DEPLOYMODEL, text(c.version().model()),
          new Uint256(c.version().number()), new Utf8String(c.environment().value()));
      case UndeployModel c -> call(ModelRegistry.FUNC_UNDEPLOYMODEL, text(c.model()),
          new Utf8String(c.environment().value()));
      case RevokeVersion c -> call(ModelRegistry.FUNC_REVOKEVERSION, text(c.version().model()),
          new Uint256(c.version().number()), bytes(c.reason()));
      case GrantRole c -> call(ModelRegistry.FUNC_GRANTROLE, text(c.model()), address(c.account()),
          role(c.role()));
      case RevokeRole c -> call(ModelRegistry.FUNC_REVOKEROLE, text(c.model()),
          address(c.account()), role(c.role()));
      case TransferOwnership c -> call(ModelRegistry.FUNC_TRANSFEROWNERSHIP, text(c.model()),
          address(c.newOwner()));
      case AcceptOwnership c -> call(ModelRegistry.FUNC_ACCEPTOWNERSHIP, text(c.model()));
      case AnchorLog c -> call(ModelRegistry.FUNC_ANCHORLOG, new Utf8String(c.origin().value()),
          new Uint64(c.treeSize()), bytes(c.rootHash()));
    };
  }

  /**
   * Returns the command that a call is for.
   *
   * @throws IllegalArgumentException if it is no call of a verb
   * @throws org.modelledger.model.InvalidNameException if a name in it is none
   */
  static Command<?> decode(byte[] call) {
    Verb verb = VERBS.get(Abi.selector(call));
    if (verb == null) {
      throw new IllegalArgumentException(
          "not a command: a call of "
              + (call.length < Abi.SELECTOR_BYTES ? "nothing" : Abi.selector(call)));
    }
    String arguments = HEX.formatHex(call, Abi.SELECTOR_BYTES, call.length);
    AbiValues values = AbiValues.decode(arguments, verb.arguments());
    try {
      return verb.reader().read(values);
    } catch (ArithmeticException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("not a command: a number is out of range", e);
    }
  }

  private static byte[] call(String verb, Type<?>... arguments) {
    return Abi.call(verb, arguments);
  }

  private static Utf8String text(ModelName name) {
    return new Utf8String(name.value());
  }

  private static Bytes32 bytes(Digest digest) {
    return new Bytes32(digest.bytes());
  }

  private static Address address(AccountId account) {
    return new Address(Accounts.address(account));
  }

  private static ModelName model(AbiValues in) {
    return ModelName.of(in.text(0));
  }

  private static Role role(BigInteger number) {
    return ROLES.get(number.intValueExact());
  }

  private static Uint8 role(Role role) {
    return new Uint8(ROLES.indexOf(role));
  }
}
