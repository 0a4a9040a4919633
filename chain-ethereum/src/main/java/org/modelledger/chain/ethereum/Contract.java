package org.modelledger.chain.ethereum;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.spi.ConfigurationException;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;

/** The registry's contract as a whole: its code, and whether it is at an address. */
final class Contract {
  private static final String NOBODY = "0x0000000000000000000000000000000000000000";

  /** How nodes say that other code ended without a revert. */
  private static final Pattern OTHER_FAILURE = Pattern
      .compile("(?i)opcode|evm error|invalid jump|stack (under|over)flow|out of gas");
  private static final int MOST_GENERATIONS = 100;

  private Contract() {}

  /** What creates it. */
  static byte[] creation(Optional<String> predecessor) {
    String code = ModelRegistry.BINARY.strip();
    String arguments = FunctionEncoder
        .encodeConstructor(List.of(new Address(predecessor.orElse(NOBODY))));
    return HexFormat.of().parseHex((code.startsWith("0x") ? code.substring(2) : code) + arguments);
  }

  /** Returns how many registries there are before this one. */
  static int generations(JsonRpc rpc, String address) {
    int generations = 0;
    String at = address;
    while (generations < MOST_GENERATIONS) {
      at = predecessor(rpc, at);
      if (at.equals(NOBODY)) {
        break;
      }
      generations++;
    }
    return generations;
  }

  private static String predecessor(JsonRpc rpc, String address) {
    return Abi.result(rpc.call(
        NodeCalls.call(address, NodeCalls.hex(Calls.predecessor()), NodeCalls.LATEST)),
        Address.class).getValue();
  }

  /**
   * Returns the chain that the node is on.
   *
   * @throws WrongNetworkException if it is another one than is wanted
   */
  static long checkChain(JsonRpc rpc, Optional<Long> wanted) {
    long chainId = rpc.call(NodeCalls.chainId());
    if (wanted.isPresent() && wanted.get() != chainId) {
      throw new WrongNetworkException(rpc.url().toString(), wanted.get(), chainId);
    }
    return chainId;
  }

  /**
   * Makes sure that the node is on the chain and has the registry at the address.
   *
   * @throws WrongNetworkException if it is on another chain
   * @throws MissingContractException if there is no contract at the address, or another one
   */
  static long check(JsonRpc rpc, Optional<Long> wantedChain, String address) {
    long chainId = checkChain(rpc, wantedChain);
    if (rpc.call(NodeCalls.code(address, NodeCalls.LATEST)).length() <= 2) {
      throw MissingContractException.noCode(address, chainId, rpc.url().toString());
    }
    try {
      var unused = predecessor(rpc, address);
      var next = Abi.result(rpc.call(NodeCalls.call(address,
          NodeCalls.hex(Calls.nextInLane(new Node.Lane(address, new byte[Abi.WORD]))),
          NodeCalls.LATEST)), org.web3j.abi.datatypes.generated.Uint256.class);
      if (next.getValue().signum() == 0) {
        return chainId;
      }
    } catch (ConfigurationException e) {
      // below
    } catch (RpcErrorException e) {
      if (e.error().kind() != RpcError.Kind.REVERTED && !OTHER_FAILURE.matcher(e.error().message())
          .find()) {
        throw e;
      }
    }
    throw MissingContractException.otherCode(address, chainId, rpc.url().toString());
  }
}
