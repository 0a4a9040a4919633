package org.modelledger.fabric.devpeer;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code devpeer}: a peer that runs until it is ended. */
@Command(name = "devpeer", description = "A Hyperledger Fabric peer for development, in one process. Not for production.", mixinStandardHelpOptions = true, scope = ScopeType.INHERIT, subcommands = DevPeerCommand.Up.class)
public final class DevPeerCommand {
  private static final int SECONDS_TO_END = 20;

  private DevPeerCommand() {}

  /**
   * Runs the command and ends the process: with 0 when it was ended, 2 if it was not understood, 1 if it failed.
   *
   * @param arguments such as {@code up --org Org1MSP}
   */
  public static void main(String[] arguments) {
    CountDownLatch ended = new CountDownLatch(1);
    Thread command = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      if (ended.getCount() > 0) {
        command.interrupt();
        try {
          boolean unused = ended.await(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }, "stop"));
    int code = 1;
    try {
      code = commandLine(writer(FileDescriptor.out), writer(FileDescriptor.err))
          .execute(arguments);
    } finally {
      ended.countDown();
    }
    System.exit(code);
  }

  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new DevPeerCommand()).setOut(out).setErr(err);
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** Starts a peer and stays. */
  @Command(name = "up", sortOptions = false, description = {
      "Starts a peer with TLS, and leaves what clients need in a directory until it is ended: connection.json,"
          + " certificates and keys.",
      "A chaincode runs as a service: its own process, started by somebody else, now or later."})
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  static final class Up implements Callable<Integer> {
    @Option(names = "--org", paramLabel = "MSP[:PORT]", description = "An organisation, and where its gateway listens; may be repeated. Default: Org1MSP and Org2MSP on free ports")
    private List<String> organizations = new ArrayList<>();

    @Option(names = "--chaincode", paramLabel = "NAME=HOST:PORT[=POLICY]", description = "A chaincode, where it listens, and who endorses; may be repeated. The policy is MAJORITY otherwise.")
    private List<String> chaincodes = new ArrayList<>();

    @Option(names = "--user", paramLabel = "MSP:NAME[:KEY=VALUE,…]", description = "A user whose certificate has attributes, besides User1 of each organisation; may be repeated.")
    private List<String> users = new ArrayList<>();

    @Option(names = "--channel", paramLabel = "NAME", defaultValue = "devchannel", description = "Default: ${DEFAULT-VALUE}")
    private String channel;

    @Option(names = "--batch-timeout", paramLabel = "MS", defaultValue = "100", description = "How long a block waits for more, in milliseconds. Default: ${DEFAULT-VALUE}")
    private long batchMillis;

    @Option(names = "--dir", paramLabel = "DIR", defaultValue = "devpeer", description = "For the files; new or empty. Default: ${DEFAULT-VALUE}")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      DevPeer.Builder options;
      List<ConnectionFile.User> enrolled;
      try {
        options = options();
        enrolled = users.stream().map(Up::user).toList();
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
      requireEmpty();
      try (DevPeer peer = options.start()) {
        for (ConnectionFile.User user : enrolled) {
          if (!peer.organizations().contains(user.mspId())) {
            throw new ParameterException(spec.commandLine(), "--user " + user.mspId() + ":"
                + user.name() + ": the organisations are " + peer.organizations());
          }
        }
        stay(peer, enrolled);
      }
      return 0;
    }

    private void stay(DevPeer peer, List<ConnectionFile.User> enrolled) throws IOException {
      ConnectionFile files = new ConnectionFile(peer, directory);
      try {
        Path file = files.write(
            chaincodes.isEmpty() ? "" : chaincodes.getFirst().split("=", -1)[0], enrolled);
        PrintWriter out = spec.commandLine().getOut();
        peer.organizations()
            .forEach(mspId -> out.println(mspId + " at " + peer.endpoint(mspId)));
        out.println("For clients: " + file);
        out.println("Runs until it is ended.");
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        // this is how it ends
      } finally {
        files.delete();
      }
    }

    private DevPeer.Builder options() {
      DevPeer.Builder options = DevPeer.builder()
          .tls()
          .channel(channel)
          .blockCutting(new BlockCutting(BlockCutting.DEFAULT.maxMessages(),
              BlockCutting.DEFAULT.preferredMaxBytes(), Duration.ofMillis(batchMillis)));
      for (String each : organizations.isEmpty() ? List.of("Org1MSP", "Org2MSP") : organizations) {
        String[] parts = each.split(":", 2);
        options.organization(parts[0], parts.length == 1 ? 0 : port(each, parts[1]));
      }
      for (String each : chaincodes) {
        String[] parts = each.split("=", 3);
        if (parts.length < 2 || !parts[1].contains(":")) {
          throw new IllegalArgumentException(
              "--chaincode '" + each + "'; wanted is NAME=HOST:PORT or NAME=HOST:PORT=POLICY");
        }
        options.chaincode(parts[0], parts[1], parts.length == 3 ? parts[2] : "MAJORITY");
      }
      return options;
    }

    private static int port(String organization, String text) {
      try {
        int port = Integer.parseInt(text);
        if (port >= 0 && port < 1 << 16) {
          return port;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new IllegalArgumentException(
          "--org '" + organization + "'; wanted is MSP or MSP:PORT with a port up to 65535");
    }

    private static ConnectionFile.User user(String text) {
      String[] parts = text.split(":", 3);
      if (parts.length < 2 || !parts[1].matches("[A-Za-z0-9][A-Za-z0-9.-]*")) {
        throw new IllegalArgumentException("--user '" + text
            + "'; wanted is MSP:NAME or MSP:NAME:KEY=VALUE,…, with a name of letters, digits, dots and dashes");
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
      return new ConnectionFile.User(parts[0], parts[1], attributes);
    }

    private void requireEmpty() throws IOException {
      try (Stream<Path> entries = Files.list(Files.createDirectories(directory))) {
        if (entries.findAny().isPresent()) {
          throw new ParameterException(spec.commandLine(),
              directory + " is to hold the files of a new peer, and is not empty");
        }
      }
    }
  }
}
