package org.modelledger.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.modelledger.bench.suite.PartOf;
import org.modelledger.bench.suite.Peer;
import org.modelledger.bench.suite.Suite;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.LedgerEvent.ModelDeployed;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.Submission;
import org.modelledger.spi.ModelRegistryProvider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Registering a version and deploying it, both signed and durable, on a ledger: one operation is two
 * commands. Against the disk's sync and Ed25519, of which a lone caller cannot spend less than two
 * syncs and two signatures on a pair; many callers share syncs, but no signatures.
 *
 * <p>{@code bench/run RegistryBenchmark}
 */
@PartOf(Suite.TRANSACTIONS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class RegistryBenchmark {
  private static final int PAIRS = 1024;
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final EnvironmentName PRODUCTION = EnvironmentName.of("production");

  /** A ledger of its own for each iteration, so that none has grown more than another. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls open() before all else
  public static class NewLedger {
    private static final ModelName MODEL = ModelName.of("acme/digits");

    /** The provider's name; it has to take the options location and key. */
    @Param("local")
    public String provider = "";

    private final AtomicLong artifacts = new AtomicLong();
    private Path directory;
    private ModelRegistry registry;
    private long version;

    @Setup(Level.Iteration)
    public void open() throws IOException, GeneralSecurityException, InterruptedException {
      directory = Workspace.create("ledger");
      Path key = directory.resolve("account.pem");
      Files.writeString(key, newAccountKey());
      registry = Providers
          .of(ModelRegistryProvider.class, RegistryBenchmark.class.getClassLoader())
          .get(provider)
          .open(ProviderOptions.of(Map.of(ProviderOptions.LOCATION,
              directory.resolve("ledger").toString(), "key", key.toString())));
      registry.submit(new CreateModel(MODEL)).await(LIMIT);
      version = 0;
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
      registry.close();
      Workspace.delete(directory);
    }

    private static String newAccountKey() throws GeneralSecurityException {
      byte[] pkcs8 = KeyPairGenerator.getInstance("Ed25519")
          .generateKeyPair()
          .getPrivate()
          .getEncoded();
      Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
      return "-----BEGIN PRIVATE KEY-----\n" + lines.encodeToString(pkcs8)
          + "\n-----END PRIVATE KEY-----\n";
    }

    private Submission<ModelTrained> register() {
      ByteBuffer artifact = ByteBuffer.allocate(Digest.BYTES);
      artifact.putLong(artifacts.incrementAndGet());
      Digest digest = Digest.of(artifact.array());
      return registry.submit(new RegisterVersion(MODEL, digest, digest));
    }

    private Submission<ModelDeployed> deploy(long number) {
      return registry.submit(new DeployVersion(new ModelVersionId(MODEL, number), PRODUCTION));
    }

    private ModelDeployed registerAndDeploy() throws InterruptedException {
      ModelTrained trained = register().await(LIMIT);
      return deploy(trained.version().number()).await(LIMIT);
    }
  }

  @Benchmark
  public long rawSync(RawDisk disk) throws IOException {
    return disk.appendAndSync();
  }

  @Benchmark
  public byte[] rawEd25519Sign(RawEd25519 ed25519) {
    return ed25519.sign();
  }

  @Benchmark
  public boolean rawEd25519Verify(RawEd25519 ed25519) {
    return ed25519.verify();
  }

  /** One caller that waits for each command. */
  @Benchmark
  @Peer("rawSync")
  public ModelDeployed registerAndDeploy(NewLedger ledger) throws InterruptedException {
    return ledger.registerAndDeploy();
  }

  /** One caller that submits 2,048 commands and then waits for all of them. */
  @Benchmark
  @Peer("rawEd25519Sign")
  @OperationsPerInvocation(PAIRS)
  public long registerAndDeployPipelined(NewLedger ledger) throws InterruptedException {
    List<Submission<ModelDeployed>> submissions = new ArrayList<>(PAIRS);
    for (int i = 0; i < PAIRS; i++) {
      var unused = ledger.register();
      submissions.add(ledger.deploy(++ledger.version));
    }
    for (Submission<ModelDeployed> submission : submissions) {
      submission.await(LIMIT);
    }
    return ledger.version;
  }

  /** 1,024 callers at once, each of whom waits for both of its commands. */
  @Benchmark
  @Peer("rawEd25519Sign")
  @OperationsPerInvocation(PAIRS)
  public List<Future<ModelDeployed>> registerAndDeployBy1024VirtualThreads(NewLedger ledger)
      throws InterruptedException, ExecutionException {
    List<Future<ModelDeployed>> deployed = new ArrayList<>(PAIRS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < PAIRS; i++) {
        deployed.add(threads.submit(ledger::registerAndDeploy));
      }
      for (Future<ModelDeployed> each : deployed) {
        var unused = each.get();
      }
    }
    return deployed;
  }
}
