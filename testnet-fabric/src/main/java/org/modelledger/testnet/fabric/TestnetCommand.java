package org.modelledger.testnet.fabric;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code testnet}: leaves a network running, and takes it down again. */
@Command(name = "testnet", description = "Starts and ends networks for tests on this machine.", mixinStandardHelpOptions = true, scope = ScopeType.INHERIT, subcommands = {
    TestnetCommand.Up.class, TestnetCommand.Down.class}, sortOptions = false)
public final class TestnetCommand {
  private static final int FAILED = 3;
  private static final int INTERRUPTED = 130;
  private static final int SECONDS_TO_END = 30;

  private TestnetCommand() {}

  /**
   * Runs one command and ends the process: with 0 if it is done, 2 if it was not understood, 3 if it failed.
   *
   * @param arguments such as {@code up fabric}
   */
  public static void main(String[] arguments) {
    CountDownLatch ended = new CountDownLatch(1);
    interruptWhenStopped(Thread.currentThread(), ended);
    int code = FAILED;
    try {
      code = commandLine(writer(FileDescriptor.out), writer(FileDescriptor.err))
          .execute(arguments);
    } finally {
      ended.countDown();
    }
    System.exit(code);
  }

  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new TestnetCommand()).setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler((failure, command, parsed) -> {
          if (failure instanceof InterruptedException) {
            command.getErr().println("interrupted; nothing is left running");
            return INTERRUPTED;
          }
          if (!(failure instanceof ModelLedgerException)) {
            throw failure;
          }
          command.getErr()
              .println(command.getCommandSpec().qualifiedName() + ": " + failure.getMessage());
          for (Throwable more : failure.getSuppressed()) {
            command.getErr().println(more.getMessage());
          }
          return FAILED;
        });
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** On Ctrl-C and on SIGTERM a start is interrupted, and has a while to end what it started. */
  private static void interruptWhenStopped(Thread command, CountDownLatch ended) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      if (ended.getCount() == 0) {
        return;
      }
      command.interrupt();
      try {
        boolean unused = ended.await(SECONDS_TO_END, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }, "stop"));
  }

  /** Starts something. */
  @Command(name = "up", description = "Starts a network and leaves it running.", subcommands = UpFabric.class)
  static final class Up {}

  /** Ends something. */
  @Command(name = "down", description = "Ends a network that was left running.", subcommands = DownFabric.class)
  static final class Down {}

  /** Starts a network of Fabric. */
  @Command(name = "fabric", description = {
      "Starts two organisations and one or three orderers of Hyperledger Fabric, with a chaincode as a service.",
      "FABRIC_BIN names the directory of Fabric's programs (2.5 or 3.x), with bin/ and config/ as its installer lays"
          + " them out.",
      "The chaincode's process finds its address in CHAINCODE_SERVER_ADDRESS and its id in CORE_CHAINCODE_ID_NAME."})
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  static final class UpFabric implements Callable<Integer> {
    @Option(names = "--dir", paramLabel = "DIR", defaultValue = "fabric-testnet", description = "Where the network keeps its files; new or empty. Default: ${DEFAULT-VALUE}")
    private Path directory;

    @Option(names = "--orderers", paramLabel = "N", defaultValue = "1", description = "1, 3, 5 or 7. Default: ${DEFAULT-VALUE}")
    private int orderers;

    @Option(names = "--peers", paramLabel = "N", defaultValue = "1", description = "Peers of each organisation, 1 to 4. Default: ${DEFAULT-VALUE}")
    private int peers;

    @Option(names = "--channel", paramLabel = "NAME", defaultValue = "modelledger", description = "Default: ${DEFAULT-VALUE}")
    private String channel;

    @Option(names = "--chaincode", paramLabel = "NAME", defaultValue = "modelledger", description = "The chaincode's name. Default: ${DEFAULT-VALUE}")
    private String chaincode;

    @Option(names = "--version-of-chaincode", paramLabel = "VERSION", defaultValue = "1.0", description = "Default: ${DEFAULT-VALUE}")
    private String version;

    @Option(names = "--batch-timeout", paramLabel = "MS", defaultValue = "200", description = "How long a block waits for more, in milliseconds. Default: ${DEFAULT-VALUE}")
    private long batchMillis;

    @Option(names = "--policy", paramLabel = "POLICY", description = "Who endorses, such as OR('Org1MSP.peer','Org2MSP.peer'). Default: a majority of the organisations")
    private @Nullable String policy;

    @Option(names = "--user", paramLabel = "MSP:NAME[:KEY=VALUE,…]", description = "A user whose certificate has attributes; may be repeated.")
    private List<String> users = new ArrayList<>();

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "Starts the chaincode's process; after --.")
    private List<String> command;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
      FabricOptions options = options();
      long begin = System.nanoTime();
      FabricNetwork network = FabricNetwork.startDetached(FabricBinaries.required(), options);
      PrintWriter out = spec.commandLine().getOut();
      out.println("Fabric runs since " + Duration.ofNanos(System.nanoTime() - begin).toMillis()
          + " ms after the start:");
      network.nodes().forEach(node -> out.println("  " + node));
      out.println("For clients: " + network.directory().resolve("connection.json"));
      out.println("To end it: testnet down fabric --dir " + network.directory());
      return 0;
    }

    private FabricOptions options() {
      try {
        FabricOptions.Builder builder = FabricOptions
            .builder(new FabricChaincode(chaincode, version, command, Map.of()))
            .directory(directory)
            .channel(channel)
            .orderers(orderers)
            .peersPerOrganization(peers)
            .batchTimeout(Duration.ofMillis(batchMillis));
        if (policy != null) {
          builder.endorsementPolicy(policy);
        }
        users.forEach(user -> addUser(builder, user));
        return builder.build();
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }

    private static void addUser(FabricOptions.Builder builder, String text) {
      String[] parts = text.split(":", 3);
      if (parts.length < 2) {
        throw new IllegalArgumentException(
            "--user '" + text + "'; wanted is MSP:NAME or MSP:NAME:KEY=VALUE,…");
      }
      Map<String, String> attributes = new LinkedHashMap<>();
      if (parts.length == 3) {
        for (String pair : parts[2].split(",", -1)) {
          int equals = pair.indexOf('=');
          if (equals < 1) {
            throw new IllegalArgumentException("--user '" + text + "' has the attribute '" + pair
                + "'; wanted is KEY=VALUE");
          }
          attributes.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
      }
      builder.user(parts[0], parts[1], attributes);
    }
  }

  /** Ends a network of Fabric. */
  @Command(name = "fabric", description = "Ends the network in a directory, whoever started it, and deletes its files.")
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  static final class DownFabric implements Callable<Integer> {
    @Option(names = "--dir", paramLabel = "DIR", defaultValue = "fabric-testnet", description = "Where the network keeps its files. Default: ${DEFAULT-VALUE}")
    private Path directory;

    @Option(names = "--keep", description = "Leave the files, with the logs.")
    private boolean keep;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
      int ended = FabricNetwork.takeDown(directory.toAbsolutePath(), keep);
      spec.commandLine().getOut().println(ended + " processes ended");
      return 0;
    }
  }
}
