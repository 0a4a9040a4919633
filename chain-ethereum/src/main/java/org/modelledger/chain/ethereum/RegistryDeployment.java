package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.chain.support.Nanos;
import org.modelledger.registry.LedgerUnavailableException;

/**
 * A registry's contract that was put on a chain.
 *
 * @param contract its address, which clients are given
 * @param block the block that has it, which clients may be given as {@code from-block}
 * @param transactionId the transaction that created it
 */
public record RegistryDeployment(String contract, long block, String transactionId) {
  private static final BigInteger HALF_AS_MUCH_AGAIN = BigInteger.valueOf(3);

  public RegistryDeployment {
    Objects.requireNonNull(contract, "contract");
    Objects.requireNonNull(transactionId, "transactionId");
  }

  /** Creates the contract and waits until it is in a block. */
  static RegistryDeployment make(JsonRpc rpc, long wantedChain, EthereumSigner signer,
      Optional<String> predecessor, Duration timeout) throws InterruptedException {
    long chainId = Contract.checkChain(rpc, Optional.of(wantedChain));
    String author = signer.account().value();
    byte[] creation = Contract.creation(predecessor);
    Block newest = rpc.call(NodeCalls.header(NodeCalls.LATEST))
        .orElseThrow(() -> new LedgerUnavailableException("the node has no block yet"));
    long gas;
    try {
      gas = rpc.call(NodeCalls.estimateGas(author, null, NodeCalls.hex(creation)));
    } catch (RpcErrorException e) {
      throw explained(e, rpc, chainId, signer);
    }
    gas = Math.min(BigInteger.valueOf(gas).multiply(HALF_AS_MUCH_AGAIN).shiftRight(1).longValue(),
        newest.gasLimit());
    SignedTransaction.Unsigned unsigned = SignedTransaction.Unsigned.create(chainId,
        rpc.call(NodeCalls.nonce(author, NodeCalls.PENDING)), new FeeOracle(rpc).price(newest), gas,
        creation);
    SignedTransaction signed = SignedTransaction.sign(unsigned, FeeOracle.isLegacy(newest), signer);
    try {
      var unused = rpc.call(NodeCalls.sendRawTransaction(signed.bytes()));
    } catch (RpcErrorException e) {
      throw explained(e, rpc, chainId, signer);
    }
    return await(rpc, signed.hash(), timeout);
  }

  private static LedgerUnavailableException explained(RpcErrorException e, JsonRpc rpc,
      long chainId, EthereumSigner signer) {
    return e.error().kind() == RpcError.Kind.INSUFFICIENT_FUNDS
        ? new InsufficientFundsException(signer.account(), Optional.empty(), chainId,
            rpc.url().toString())
        : e;
  }

  private static RegistryDeployment await(JsonRpc rpc, String transaction, Duration timeout)
      throws InterruptedException {
    TransactionReceipt receipt = Transactions.await(rpc, transaction,
        System.nanoTime() + Nanos.of(timeout), "the transaction " + transaction
            + " that creates the registry is in no block after " + timeout
            + "; it may yet come: look it up before you deploy another one");
    if (!receipt.succeeded() || receipt.contract().isEmpty()) {
      throw new TransactionRevertedException("the creation of the registry", "(new)", new byte[0]);
    }
    return new RegistryDeployment(Accounts.checksummed(receipt.contract().get()), receipt.block(),
        transaction);
  }
}
