package org.modelledger.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.modelledger.chain.ethereum.EthereumRegistry;
import org.modelledger.chain.ethereum.EthereumRegistryOptions;
import org.modelledger.chain.ethereum.EthereumSigner;
import org.modelledger.chain.ethereum.Finality;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.LedgerEvent.ModelDeployed;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.Role;
import org.modelledger.registry.Submission;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.EthereumNode;
import org.modelledger.testnet.GethNode;
import org.modelledger.testnet.GethOptions;
import org.modelledger.testnet.TestAccount;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A node with a registry on it, in which a model has one version. Its owner is ours; the two others
 * that compete have the role that lets them deploy it, too.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls start() before all else
public class EthereumChain {
  static final ModelName MODEL = ModelName.of("acme/digits");
  static final ModelVersionId VERSION = MODEL.version(1);
  static final EnvironmentName PRODUCTION = EnvironmentName.of("production");
  static final Duration LIMIT = Duration.ofMinutes(5);

  private static final long BLOCK_GAS = 300_000_000;
  private static final int OURS = 0;
  private static final int RAW = 1;
  private static final int WEB3J = 2;

  /**
   * {@code geth} makes a block as soon as there is a transaction, {@code geth-1s} one each second,
   * {@code anvil} ten a second (one for each transaction stalls it when there are many at a time).
   */
  @Param({"geth", "anvil"})
  public String node = "";

  private EthereumNode process;
  private String contract;
  private Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private int outboxes;

  @Setup(Level.Trial)
  public void start() throws IOException, InterruptedException {
    directory = Workspace.create("ethereum");
    process = switch (node) {
      case "geth" -> GethNode.start(GethOptions.builder().gasLimit(BLOCK_GAS).build());
      case "geth-1s" -> GethNode.start(
          GethOptions.builder().gasLimit(BLOCK_GAS).blockTime(Duration.ofSeconds(1)).build());
      case "anvil" -> AnvilNode.start(AnvilOptions.builder()
          .gasLimit(BLOCK_GAS)
          .blockTime(Duration.ofMillis(100))
          .build());
      default -> throw new IllegalArgumentException("no node '" + node + "'");
    };
    EthereumSigner signer = signer(OURS);
    contract = EthereumRegistry.deploy(url(), process.chainId(), signer, LIMIT).contract();
    try (ModelRegistry registry = EthereumRegistry.open(options(OURS))) {
      Digest digest = Digest.of(new byte[Digest.BYTES]);
      registry.submit(new CreateModel(MODEL)).await(LIMIT);
      registry.submit(new RegisterVersion(MODEL, digest, digest)).await(LIMIT);
      for (int account : List.of(RAW, WEB3J)) {
        registry.submit(new GrantRole(MODEL, account(account), Role.DEPLOYER)).await(LIMIT);
      }
      registry.submit(deploy()).await(LIMIT);
    }
  }

  @TearDown(Level.Trial)
  public void stop() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    process.close();
    Workspace.delete(directory);
  }

  /** Closes something before the node. */
  <T extends AutoCloseable> T closedBeforeNode(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  /** The one command that everybody sends. */
  static Command<ModelDeployed> deploy() {
    return new DeployVersion(VERSION, PRODUCTION);
  }

  String url() {
    return process.http().toString();
  }

  String contract() {
    return contract;
  }

  long chainId() {
    return process.chainId();
  }

  TestAccount rawAccount() {
    return process.accounts().get(RAW);
  }

  TestAccount web3jAccount() {
    return process.accounts().get(WEB3J);
  }

  private AccountId account(int index) {
    return signer(index).account();
  }

  private EthereumSigner signer(int index) {
    String key = process.accounts().get(index).privateKey();
    return closedBeforeNode(
        EthereumSigner.inMemory(HexFormat.of().parseHex(key, 2, key.length())));
  }

  private EthereumRegistryOptions options(int account) {
    return EthereumRegistryOptions
        .writing(url(), contract, process.chainId(), signer(account),
            directory.resolve("outbox" + outboxes++))
        .withWebSocket(process.webSocket().toString())
        .withFinality(Finality.latest());
  }

  /** Opens our client; it is closed with the node. */
  ModelRegistry open(int batch, int window) {
    return closedBeforeNode(
        EthereumRegistry.open(options(OURS).withBatch(batch).withWindow(window)));
  }

  /** Opens a client that only reads, and has read nothing yet. */
  ModelRegistry openReading() {
    return EthereumRegistry.open(
        EthereumRegistryOptions.reading(url(), contract).withFinality(Finality.latest()));
  }

  /** Submits a number of commands and waits for all of them. */
  static long submitAndAwait(ModelRegistry registry, int commands) throws InterruptedException {
    List<Submission<ModelDeployed>> submissions = new ArrayList<>(commands);
    Command<ModelDeployed> command = deploy();
    for (int i = 0; i < commands; i++) {
      submissions.add(registry.submit(command));
    }
    long last = 0;
    for (Submission<ModelDeployed> submission : submissions) {
      last = submission.await(LIMIT).header().position().block();
    }
    return last;
  }

  /** Returns 16 bytes that are another submission's id for each number. */
  static byte[] id(long space, long number) {
    return ByteBuffer.allocate(16).putLong(space).putLong(number).array();
  }
}
