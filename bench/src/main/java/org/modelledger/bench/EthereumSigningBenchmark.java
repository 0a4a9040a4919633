package org.modelledger.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.chain.ethereum.EthereumSignature;
import org.modelledger.chain.ethereum.EthereumSigner;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Sign;

/**
 * Signatures over secp256k1 a second and core. Raw: web3j's whole signature, and its {@code r} and
 * {@code s} alone, which is what Bouncy Castle gives and no transaction can use yet.
 *
 * <p>{@code bench/run EthereumSigningBenchmark}
 */
@PartOf(Suite.TRANSACTIONS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls create() before all else
public class EthereumSigningBenchmark {
  private final byte[] hash = new byte[32];
  private EthereumSigner signer;
  private ECKeyPair pair;

  @Setup
  public void create() {
    Random random = new Random(1);
    byte[] key = new byte[32];
    random.nextBytes(key);
    key[0] = 1;
    random.nextBytes(hash);
    signer = EthereumSigner.inMemory(key);
    pair = ECKeyPair.create(key);
  }

  @TearDown
  public void close() {
    signer.close();
  }

  /** Another hash each time. */
  private byte[] next() {
    for (int i = 0; ++hash[i] == 0 && i < hash.length - 1; i++) {
      // a counter
    }
    return hash;
  }

  @Benchmark
  public Sign.SignatureData rawWeb3jSign() {
    return Sign.signMessage(next(), pair, false);
  }

  @Benchmark
  public ECDSASignature rawWeb3jSignWithoutRecovery() {
    return pair.sign(next());
  }

  @Benchmark
  @Peer("rawWeb3jSign")
  public EthereumSignature sign() {
    return signer.sign(next());
  }
}
