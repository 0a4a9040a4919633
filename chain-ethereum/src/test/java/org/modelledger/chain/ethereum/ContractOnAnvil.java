package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.model.Digest;
import org.modelledger.testnet.AnvilNode;

/** The contract on a node whose accounts are unlocked: plain JSON-RPC, no client of ours. */
final class ContractOnAnvil {
  private static final long MOST_GAS = 16_000_000;

  private final AnvilNode node;
  private final String address;
  private final long deploymentGas;

  private ContractOnAnvil(AnvilNode node, Map<String, Object> receipt) {
    this.node = node;
    this.address = String.valueOf(receipt.get("contractAddress"));
    this.deploymentGas = gas(receipt);
  }

  static ContractOnAnvil deploy(AnvilNode node) {
    return deploy(node, "0x" + "0".repeat(40));
  }

  /** Deploys a registry whose predecessor is this one. */
  ContractOnAnvil successor() {
    return deploy(node, address);
  }

  private static ContractOnAnvil deploy(AnvilNode node, String predecessor) {
    String code = "0x" + ModelRegistry.BINARY + "0".repeat(24) + predecessor.substring(2);
    String hash = node.rpc()
        .text("eth_sendTransaction",
            Map.of("from", account(node, 0), "data", code, "gas",
                "0x" + Long.toHexString(MOST_GAS)));
    return new ContractOnAnvil(node, receipt(node, hash));
  }

  long deploymentGas() {
    return deploymentGas;
  }

  String account(int number) {
    return account(node, number);
  }

  /** Sends a transaction, which must not be reverted; returns the gas that it used. */
  long send(int account, byte[] data) {
    return send(account, data, MOST_GAS);
  }

  private long send(int account, byte[] data, long gasLimit) {
    String hash = node.rpc()
        .text("eth_sendTransaction", Map.of("from", account(account), "to", address, "data",
            "0x" + HexFormat.of().formatHex(data), "gas", "0x" + Long.toHexString(gasLimit)));
    Map<String, Object> receipt = receipt(node, hash);
    if (!"0x1".equals(receipt.get("status"))) {
      throw new AssertionError("the transaction was reverted: " + receipt);
    }
    return gas(receipt);
  }

  /** Returns the one word that a function answers. */
  BigInteger read(byte[] data) {
    return node.rpc()
        .quantity("eth_call",
            Map.of("to", address, "data", "0x" + HexFormat.of().formatHex(data)), "latest");
  }

  /** Sends commands in one transaction at the end of a lane, with ids that follow one another. */
  long execute(int account, Digest lane, long firstId, List<byte[]> commands) {
    return execute(account, lane, firstId, commands, MOST_GAS);
  }

  /** The same, with this limit. */
  long execute(int account, Digest lane, long firstId, List<byte[]> commands, long gasLimit) {
    long next = read(Verbs.nextInLane(account(account), lane)).longValueExact();
    List<ModelRegistry.Submission> submissions = new ArrayList<>();
    for (byte[] command : commands) {
      byte[] id = ByteBuffer.allocate(16)
          .putLong(0x6d6f64656c6c6564L)
          .putLong(firstId + submissions.size())
          .array();
      submissions.add(new ModelRegistry.Submission(id, command));
    }
    return send(account, Verbs.execute(lane, next, submissions), gasLimit);
  }

  private static String account(AnvilNode node, int number) {
    return node.accounts().get(number).address();
  }

  private static Map<String, Object> receipt(AnvilNode node, String hash) {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (System.nanoTime() < deadline) {
      // the call itself is the pause
      Optional<Map<String, Object>> receipt = node.rpc()
          .object("eth_getTransactionReceipt", hash);
      if (receipt.isPresent()) {
        return receipt.get();
      }
    }
    throw new AssertionError("no receipt of " + hash + " after a minute");
  }

  private static long gas(Map<String, Object> receipt) {
    return Long.decode(String.valueOf(receipt.get("gasUsed")));
  }
}
