package org.modelledger.bench;

import java.io.IOException;
import java.math.BigInteger;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.exceptions.TransactionException;
import org.web3j.protocol.http.HttpService;
import org.web3j.tx.RawTransactionManager;
import org.web3j.tx.response.PollingTransactionReceiptProcessor;

/**
 * The plain way: web3j's own service and transaction manager, which asks for the nonce, signs, sends,
 * and waits for the receipt, which it asks for every 5 ms (15 s unless told otherwise).
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before all else
public class Web3jLoop {
  static final int COMMANDS = 8;
  private static final long POLL_MILLIS = 5;
  private static final int ATTEMPTS = 10_000;
  private static final BigInteger GAS = BigInteger.valueOf(150_000);
  private static final BigInteger PRICE = BigInteger.valueOf(100_000_000_000L);

  private EthereumChain chain;
  private RawTransactionManager manager;
  private PollingTransactionReceiptProcessor processor;

  @Setup(Level.Trial)
  public void open(EthereumChain ethereum) {
    chain = ethereum;
    Web3j web3j = Web3j.build(new HttpService(chain.url()));
    chain.closedBeforeNode(web3j::shutdown);
    processor = new PollingTransactionReceiptProcessor(web3j, POLL_MILLIS, ATTEMPTS);
    manager = new RawTransactionManager(web3j,
        Credentials.create(chain.web3jAccount().privateKey()), chain.chainId(), processor);
  }

  TransactionReceipt sendAndWait() throws IOException, TransactionException {
    EthSendTransaction sent = manager.sendTransaction(PRICE, GAS, chain.contract(),
        RawSender.deploy(), BigInteger.ZERO);
    if (sent.hasError()) {
      throw new IOException(sent.getError().getMessage());
    }
    TransactionReceipt receipt = processor.waitForTransactionReceipt(sent.getTransactionHash());
    if (!receipt.isStatusOK()) {
      throw new IOException("reverted: " + receipt);
    }
    return receipt;
  }
}
