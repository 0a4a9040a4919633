package org.modelledger.chain.ethereum;

import java.util.HexFormat;
import java.util.List;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.model.Digest;
import org.modelledger.registry.Role;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;

/** The calls of the contract, encoded by web3j and the generated bindings: nothing of what is being tested. */
final class Verbs {
  private Verbs() {}

  static byte[] createModel(String name) {
    return encode(ModelRegistry.FUNC_CREATEMODEL, new Utf8String(name));
  }

  static byte[] trainModel(String name, Digest artifact, Digest statement) {
    return encode(ModelRegistry.FUNC_TRAINMODEL, new Utf8String(name), word(artifact),
        word(statement));
  }

  static byte[] deployModel(String name, long version, String environment) {
    return encode(ModelRegistry.FUNC_DEPLOYMODEL, new Utf8String(name), new Uint256(version),
        new Utf8String(environment));
  }

  static byte[] undeployModel(String name, String environment) {
    return encode(ModelRegistry.FUNC_UNDEPLOYMODEL, new Utf8String(name),
        new Utf8String(environment));
  }

  static byte[] revokeVersion(String name, long version, Digest reason) {
    return encode(ModelRegistry.FUNC_REVOKEVERSION, new Utf8String(name), new Uint256(version),
        word(reason));
  }

  static byte[] grantRole(String name, String account, Role role) {
    return encode(ModelRegistry.FUNC_GRANTROLE, new Utf8String(name), new Address(account),
        number(role));
  }

  static byte[] revokeRole(String name, String account, Role role) {
    return encode(ModelRegistry.FUNC_REVOKEROLE, new Utf8String(name), new Address(account),
        number(role));
  }

  static byte[] transferOwnership(String name, String newOwner) {
    return encode(ModelRegistry.FUNC_TRANSFEROWNERSHIP, new Utf8String(name),
        new Address(newOwner));
  }

  static byte[] acceptOwnership(String name) {
    return encode(ModelRegistry.FUNC_ACCEPTOWNERSHIP, new Utf8String(name));
  }

  static byte[] anchorLog(String origin, long treeSize, Digest root) {
    return encode(ModelRegistry.FUNC_ANCHORLOG, new Utf8String(origin), new Uint64(treeSize),
        word(root));
  }

  static byte[] execute(Digest lane, long first, List<ModelRegistry.Submission> submissions) {
    return encode(ModelRegistry.FUNC_EXECUTE, word(lane), new Uint256(first),
        new DynamicArray<>(ModelRegistry.Submission.class, submissions));
  }

  /** The number of the next submission in a lane, as a call that reads it. */
  static byte[] nextInLane(String author, Digest lane) {
    return encode(ModelRegistry.FUNC_NEXTINLANE, new Address(author), word(lane));
  }

  private static Uint8 number(Role role) {
    return new Uint8(switch (role) {
      case TRAINER -> 0;
      case DEPLOYER -> 1;
      case WORKER -> 2;
    });
  }

  private static Bytes32 word(Digest digest) {
    return new Bytes32(HexFormat.of().parseHex(digest.hex()));
  }

  private static byte[] encode(String name, Type<?>... arguments) {
    @SuppressWarnings("rawtypes")
    List<Type> list = List.of(arguments);
    String call = FunctionEncoder.encode(new Function(name, list, List.of()));
    return HexFormat.of().parseHex(call.substring(2));
  }
}
