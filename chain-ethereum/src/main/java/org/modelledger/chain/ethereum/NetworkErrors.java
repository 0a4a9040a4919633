package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.model.AccountId;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.web3j.abi.datatypes.CustomError;

/** The errors of the contract's networks as exceptions. */
record NetworkErrors(ModelVersionId version, AccountId account, String contract) {
  /**
   * Finds out whether a call would be refused for another reason than that files are missing.
   *
   * @throws RuntimeException as {@link #exception}
   */
  void rehearse(JsonRpc rpc, byte[] call) {
    try {
      var unused = rpc.call(NodeCalls.call(account.value(), contract, NodeCalls.hex(call),
          NodeCalls.LATEST));
    } catch (RpcErrorException e) {
      if (!is(reason(e), ModelRegistry.FILENOTSTORED_ERROR)) {
        throw exception(e);
      }
    }
  }

  /** Returns what to throw for an error of storing. */
  RuntimeException exception(RpcErrorException e) {
    return e.error().kind() == RpcError.Kind.REVERTED ? exception(reason(e)) : e;
  }

  /** Returns what to throw where the contract gave this reason. */
  RuntimeException exception(byte[] reason) {
    if (is(reason, ModelRegistry.NOTFOUND_ERROR)) {
      return new NotFoundException("there is no version " + version);
    }
    if (is(reason, ModelRegistry.NOTAUTHORIZED_ERROR)) {
      return new NotAuthorizedException("account " + account + " needs the role TRAINER on "
          + version.model() + ", or to be its owner, to store a network");
    }
    if (is(reason, ModelRegistry.NETWORKISSTORED_ERROR)) {
      return new AlreadyExistsException("the network of " + version + " is stored already",
          version);
    }
    if (is(reason, ModelRegistry.NOTTHEARTIFACT_ERROR)) {
      return new ModelFormatException("the files are not those of the artifact of " + version);
    }
    if (is(reason, ModelRegistry.NOTANETWORK_ERROR)
        || is(reason, ModelRegistry.WRONGFILELENGTH_ERROR)) {
      return new ModelFormatException(
          "the files of " + version
              + " are not an integer network that a contract runs: its header or a length is wrong,"
              + " or it has convolutions (version 2 of the format)");
    }
    return new TransactionRevertedException("storing the network of " + version, contract, reason);
  }

  /** Returns what to throw for an error of running. */
  static RuntimeException ofInference(RpcErrorException e, ModelVersionId version,
      String contract) {
    if (e.error().kind() != RpcError.Kind.REVERTED && e.error().kind() != RpcError.Kind.GAS_LIMIT) {
      return e;
    }
    byte[] reason = reason(e);
    if (is(reason, ModelRegistry.NONETWORK_ERROR)) {
      return new NotFoundException("the contract holds no network of " + version);
    }
    if (is(reason, ModelRegistry.WRONGINPUTLENGTH_ERROR)
        && reason.length == Abi.SELECTOR_BYTES + 2 * Abi.WORD) {
      return new IllegalArgumentException("the network of " + version + " takes "
          + new BigInteger(1, reason, Abi.SELECTOR_BYTES, Abi.WORD) + " inputs, not "
          + new BigInteger(1, reason, Abi.SELECTOR_BYTES + Abi.WORD, Abi.WORD));
    }
    return new TransactionRevertedException("running the network of " + version, contract, reason);
  }

  private static byte[] reason(RpcErrorException e) {
    return e.error()
        .data()
        .filter(data -> data.startsWith("0x"))
        .map(NodeCalls::bytes)
        .orElse(new byte[0]);
  }

  private static boolean is(byte[] reason, CustomError error) {
    return Abi.selector(reason).equals(Abi.selector(error));
  }
}
