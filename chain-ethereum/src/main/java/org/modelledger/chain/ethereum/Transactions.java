package org.modelledger.chain.ethereum;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.modelledger.chain.support.Backoff;
import org.modelledger.chain.support.Nanos;
import org.modelledger.registry.LedgerUnavailableException;

/**
 * Calls of a contract by an account, a few at a time, each waited for: for large calls that are no commands
 * of the registry and that may be made again.
 */
final class Transactions {
  /** What fits into a block of 30 million gas, where each call stores a contract of the greatest size. */
  private static final int AT_ONCE = 4;
  private static final Duration FIRST_WAIT = Duration.ofMillis(20);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final JsonRpc rpc;
  private final EthereumSigner signer;
  private final String contract;

  Transactions(JsonRpc rpc, EthereumSigner signer, String contract) {
    this.rpc = rpc;
    this.signer = signer;
    this.contract = contract;
  }

  /**
   * Makes calls in their order and waits until they are in blocks.
   *
   * @param timeout for each few of them
   */
  void send(List<byte[]> calls, Duration timeout, NetworkErrors errors)
      throws InterruptedException {
    for (int from = 0; from < calls.size(); from += AT_ONCE) {
      List<String> sent = send(calls.subList(from, Math.min(calls.size(), from + AT_ONCE)), errors);
      await(sent, timeout, errors);
    }
  }

  private List<String> send(List<byte[]> calls, NetworkErrors errors) {
    String author = signer.account().value();
    long chainId = rpc.call(NodeCalls.chainId());
    Block newest = rpc.call(NodeCalls.header(NodeCalls.LATEST))
        .orElseThrow(() -> new LedgerUnavailableException("the node has no block yet"));
    GasPrice price = new FeeOracle(rpc).price(newest);
    long nonce = rpc.call(NodeCalls.nonce(author, NodeCalls.PENDING));
    List<String> sent = new ArrayList<>();
    try {
      for (byte[] call : calls) {
        long gas = rpc.call(NodeCalls.estimateGas(author, contract, NodeCalls.hex(call)));
        // an eighth more, should the state have changed until then
        SignedTransaction.Unsigned unsigned = SignedTransaction.Unsigned.call(chainId, nonce++,
            price, Math.min(gas + gas / 8, newest.gasLimit()), contract, call);
        SignedTransaction signed = SignedTransaction.sign(unsigned, FeeOracle.isLegacy(newest),
            signer);
        var unused = rpc.call(NodeCalls.sendRawTransaction(signed.bytes()));
        sent.add(signed.hash());
      }
    } catch (RpcErrorException e) {
      throw e.error().kind() == RpcError.Kind.INSUFFICIENT_FUNDS
          ? new InsufficientFundsException(signer.account(), Optional.empty(), chainId,
              rpc.url().toString())
          : errors.exception(e);
    }
    return sent;
  }

  private void await(List<String> sent, Duration timeout, NetworkErrors errors)
      throws InterruptedException {
    long deadline = System.nanoTime() + Nanos.of(timeout);
    for (String transaction : sent) {
      TransactionReceipt receipt = await(rpc, transaction, deadline,
          "the transaction " + transaction + " is in no block after " + timeout);
      if (!receipt.succeeded()) {
        throw errors.exception(new byte[0]);
      }
    }
  }

  /**
   * Waits until a transaction that was sent is in a block, and the node answers as of that block. A node that cannot say now what became of it
   * may do so later.
   *
   * @param deadline by the system's nanoTime
   * @param late what to say when it has passed
   */
  static TransactionReceipt await(JsonRpc rpc, String transaction, long deadline, String late)
      throws InterruptedException {
    Backoff backoff = Backoff.between(FIRST_WAIT, LONGEST_WAIT);
    LedgerUnavailableException trouble = null;
    while (true) {
      try {
        Optional<TransactionReceipt> receipt = rpc.call(NodeCalls.receipt(transaction));
        if (receipt.isPresent() && isInNewest(rpc, receipt.get())) {
          return receipt.get();
        }
      } catch (LedgerUnavailableException e) {
        trouble = e;
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new LedgerUnavailableException(late, trouble);
      }
      Thread.sleep(backoff.next());
    }
  }

  /** A node may know a block for some moments before it answers as of it. */
  private static boolean isInNewest(JsonRpc rpc, TransactionReceipt receipt) {
    return rpc.call(NodeCalls.header(NodeCalls.LATEST))
        .filter(newest -> newest.number() >= receipt.block())
        .isPresent();
  }
}
