package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The methods of a node that we use, as calls that may be put into one request
 * ({@link JsonRpc#batch}) or made alone ({@link JsonRpc#call}). Blocks are named by {@link #block} or
 * by a tag.
 */
final class NodeCalls {
  static final String LATEST = "latest";
  static final String PENDING = "pending";
  static final String SAFE = "safe";
  static final String FINALIZED = "finalized";
  static final String EARLIEST = "earliest";

  private static final HexFormat HEX = HexFormat.of();

  private NodeCalls() {}

  /** Returns how a block's number is written. */
  static String block(long number) {
    return hex(number);
  }

  static String hex(long quantity) {
    return "0x" + Long.toHexString(quantity);
  }

  static String hex(BigInteger quantity) {
    return "0x" + quantity.toString(16);
  }

  static String hex(byte[] bytes) {
    return "0x" + HEX.formatHex(bytes);
  }

  /** Reads 0x and hexadecimal digits. */
  static byte[] bytes(String hex) {
    return HEX.parseHex(hex, 2, hex.length());
  }

  static RpcCall<Long> chainId() {
    return RpcCall.reading("eth_chainId", RpcResults::quantity);
  }

  static RpcCall<Long> blockNumber() {
    return RpcCall.reading("eth_blockNumber", RpcResults::quantity);
  }

  /** A block's header; empty if there is no such block. */
  static RpcCall<Optional<Block>> header(String block) {
    return RpcCall.reading("eth_getBlockByNumber", RpcResults::block, block, false);
  }

  static RpcCall<Optional<Block>> headerByHash(String hash) {
    return RpcCall.reading("eth_getBlockByHash", RpcResults::block, hash, false);
  }

  /** An account's transactions up to a block, which is its next nonce. */
  static RpcCall<Long> nonce(String address, String block) {
    return RpcCall.reading("eth_getTransactionCount", RpcResults::quantity, address, block);
  }

  static RpcCall<BigInteger> balance(String address, String block) {
    return RpcCall.reading("eth_getBalance", RpcResults::bigQuantity, address, block);
  }

  /** A contract's code; 0x if there is none. */
  static RpcCall<String> code(String address, String block) {
    return RpcCall.reading("eth_getCode", RpcResults::text, address, block);
  }

  /** Carries out a call and changes nothing. */
  static RpcCall<String> call(String to, String data, String block) {
    return RpcCall.reading("eth_call", RpcResults::text, transaction(null, to, data), block);
  }

  /** The same in the name of an account. */
  static RpcCall<String> call(String from, String to, String data, String block) {
    return RpcCall.reading("eth_call", RpcResults::text, transaction(from, to, data), block);
  }

  static RpcCall<Long> estimateGas(String from, @Nullable String to, String data) {
    return RpcCall.reading("eth_estimateGas", RpcResults::quantity, transaction(from, to, data));
  }

  private static Map<String, String> transaction(@Nullable String from, @Nullable String to,
      String data) {
    Map<String, String> transaction = new LinkedHashMap<>();
    if (from != null) {
      transaction.put("from", from);
    }
    if (to != null) {
      transaction.put("to", to);
    }
    transaction.put("data", data);
    return transaction;
  }

  /**
   * A contract's logs.
   *
   * @param from the first block
   * @param to the last block
   * @param topics for each place a topic, a list of topics of which one has to be there, or null for
   *     any
   */
  static RpcCall<List<RawLog>> logs(String address, String from, String to,
      List<? extends @Nullable Object> topics) {
    Map<String, Object> filter = new LinkedHashMap<>();
    filter.put("address", address);
    filter.put("fromBlock", from);
    filter.put("toBlock", to);
    if (!topics.isEmpty()) {
      filter.put("topics", topics);
    }
    return RpcCall.reading("eth_getLogs", RpcResults::logs, filter);
  }

  /** A contract's logs in the block with this hash, which tells a reorganized block from its place. */
  static RpcCall<List<RawLog>> logsOfBlock(String address, String blockHash) {
    return RpcCall.reading("eth_getLogs", RpcResults::logs,
        Map.of("address", address, "blockHash", blockHash));
  }

  /** Empty while the transaction is not in a block. */
  static RpcCall<Optional<TransactionReceipt>> receipt(String transaction) {
    return RpcCall.reading("eth_getTransactionReceipt", RpcResults::receipt, transaction);
  }

  /** Sends a signed transaction once; the result is its hash. */
  static RpcCall<String> sendRawTransaction(byte[] signed) {
    return RpcCall.changing("eth_sendRawTransaction", RpcResults::anything, (Object) signed);
  }

  static RpcCall<BigInteger> gasPrice() {
    return RpcCall.reading("eth_gasPrice", RpcResults::bigQuantity);
  }

  static RpcCall<BigInteger> maxPriorityFeePerGas() {
    return RpcCall.reading("eth_maxPriorityFeePerGas", RpcResults::bigQuantity);
  }

  /** The tips in the newest blocks: of each the one that this percentage of its gas is below. */
  static RpcCall<List<BigInteger>> rewards(int blocks, double percentile) {
    return RpcCall.reading("eth_feeHistory", RpcResults::rewards, hex(blocks), LATEST,
        List.of(percentile));
  }

  /** The node's name and version. */
  static RpcCall<String> clientVersion() {
    return RpcCall.reading("web3_clientVersion", RpcResults::text);
  }
}
