package org.modelledger.bench;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes16;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/**
 * What hand-written code gets out of a node: transactions that were signed before the clock runs, with
 * the contract's function that ours calls and one command in each, sent in JSON-RPC batches of 64 with
 * a window of 1,024 in flight; the account's nonce tells what is mined. It keeps nothing, notices no
 * failure but an answered error and learns of no event.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before all else
public class RawSender {
  static final int TRANSACTIONS = 2_048;
  private static final int BATCH = 64;
  private static final int WINDOW = 1_024;
  private static final long GAS = 150_000;
  private static final BigInteger TIP = BigInteger.valueOf(1_000_000_000);
  private static final BigInteger PRICE = BigInteger.valueOf(100_000_000_000L);
  private static final long POLL_MILLIS = 3;

  private final byte[] lane = new byte[32];
  private RawNode node;
  private EthereumChain chain;
  private Credentials account;
  private long nonce;
  private long sent;
  private List<String> calls;

  @Setup(Level.Trial)
  public void open(EthereumChain ethereum) throws IOException, InterruptedException {
    chain = ethereum;
    new SecureRandom().nextBytes(lane);
    node = chain.closedBeforeNode(new RawNode(chain.url()));
    account = Credentials.create(chain.rawAccount().privateKey());
    nonce = mined();
  }

  private long mined() throws IOException, InterruptedException {
    return node.number("eth_getTransactionCount",
        "\"" + account.getAddress() + "\",\"latest\"");
  }

  /** Signs, while the clock stands. */
  @Setup(Level.Invocation)
  public void sign() {
    calls = new ArrayList<>(TRANSACTIONS);
    for (int i = 0; i < TRANSACTIONS; i++) {
      RawTransaction transaction = RawTransaction.createTransaction(chain.chainId(),
          BigInteger.valueOf(nonce + i), BigInteger.valueOf(GAS), chain.contract(),
          BigInteger.ZERO, execute(sent + i), TIP, PRICE);
      String signed = Numeric
          .toHexString(TransactionEncoder.signMessage(transaction, account));
      calls.add(RawNode.call("eth_sendRawTransaction", "\"" + signed + "\""));
    }
  }

  private String execute(long number) {
    return FunctionEncoder.encode(new Function("execute",
        List.of(new Bytes32(lane), new Uint256(number),
            new DynamicArray<>(DynamicStruct.class,
                new DynamicStruct(new Bytes16(EthereumChain.id(1L << 32, number + 1)),
                    new DynamicBytes(Numeric.hexStringToByteArray(deploy()))))),
        List.of()));
  }

  /** The call of the contract's verb. */
  static String deploy() {
    return FunctionEncoder.encode(new Function("deployModel",
        List.of(new Utf8String(EthereumChain.MODEL.value()),
            new Uint256(EthereumChain.VERSION.number()),
            new Utf8String(EthereumChain.PRODUCTION.value())),
        List.of()));
  }

  /** Sends all, and returns when all are mined. */
  long sendAll() throws IOException, InterruptedException {
    long mined = 0;
    int next = 0;
    while (mined < TRANSACTIONS) {
      while (next < TRANSACTIONS && next + BATCH - mined <= WINDOW) {
        var unused = node.sendAll(calls.subList(next, Math.min(TRANSACTIONS, next + BATCH)));
        next += BATCH;
      }
      long now = mined() - nonce;
      if (now == mined) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      mined = now;
    }
    nonce += TRANSACTIONS;
    sent += TRANSACTIONS;
    return mined;
  }

  /** Looks whether all that was sent did what it should. */
  @TearDown(Level.Trial)
  public void check() throws IOException, InterruptedException {
    String next = node.ask("eth_call", "{\"to\":\"" + chain.contract() + "\",\"data\":\""
        + FunctionEncoder.encode(new Function("nextInLane",
            List.of(new org.web3j.abi.datatypes.Address(account.getAddress()),
                new Bytes32(lane)),
            List.of()))
        + "\"},\"latest\"");
    if (Numeric.toBigInt(next).longValue() != sent) {
      throw new IllegalStateException("of " + sent + " commands " + next + " were carried out");
    }
  }
}
