package org.modelledger.testnet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * go-ethereum's geth in its developer mode: the node that most of Ethereum runs, on a chain of its own. The chain
 * survives {@link #stop} and {@link #restart}; {@link #kill} too if it is {@linkplain GethOptions.Builder#persistent
 * persistent}.
 */
public final class GethNode extends EthereumNode {
  private static final long INIT_MINUTES = 5;
  /** Signs the blocks in developer mode. */
  private static final String DEVELOPER = "71562b71999873db5b286df957af199ec94617f7";
  private static final String MUCH = "0x200000000000000000000000000000000000000000000000000000000000000";

  private final Path program;
  private final GethOptions options;

  private GethNode(Path program, GethOptions options) {
    super("geth", options.chainId());
    this.program = program;
    this.options = options;
  }

  /**
   * Starts a node, compiling geth first where it is missing, and returns when it answers.
   *
   * @param options how
   * @return the node; the caller closes it
   * @throws TestnetException if it cannot be installed or does not start; with the end of its log
   * @throws InterruptedException if interrupted; nothing is left running
   */
  public static GethNode start(GethOptions options) throws InterruptedException {
    Objects.requireNonNull(options, "options");
    GethNode node = new GethNode(NodeInstaller.ofUser().geth(), options);
    try {
      node.writeGenesis();
    } catch (IOException e) {
      node.close();
      throw new UncheckedIOException(e);
    } catch (InterruptedException | TestnetException e) {
      node.close();
      throw e;
    }
    node.startSomewhere();
    return node;
  }

  /**
   * Writes the first block. {@code geth --dev} alone would begin with rules of a fork that is not finished, by which
   * gas is counted otherwise and transactions fail; so its genesis is taken without that fork.
   */
  private void writeGenesis() throws IOException, InterruptedException {
    String dumped = run("--dev", "dumpgenesis");
    Path file = directory().resolve("genesis.json");
    Files.writeString(file, Json.write(genesis(Json.parse(dumped))));
    List<String> init = new ArrayList<>(List.of("--datadir", data().toString()));
    init.addAll(options.storage());
    init.addAll(List.of("init", file.toString()));
    run(init.toArray(String[]::new));
  }

  @SuppressWarnings("unchecked")
  private Map<String, @Nullable Object> genesis(@Nullable Object dumped) {
    if (!(dumped instanceof Map<?, ?> members && members.get("config") instanceof Map<?, ?> config
        && members.get("alloc") instanceof Map<?, ?> alloc)) {
      throw new TestnetException(
          "geth dumpgenesis printed no genesis with config and alloc: " + Json.write(dumped));
    }
    // the keys of an object are strings by the grammar of JSON
    Map<String, @Nullable Object> genesis = (Map<String, @Nullable Object>) members;
    ((Map<String, @Nullable Object>) config).remove("bogotaTime");
    ((Map<String, @Nullable Object>) config).put("chainId", options.chainId());
    genesis.put("gasLimit", "0x" + Long.toHexString(options.gasLimit()));
    Map<String, @Nullable Object> balances = (Map<String, @Nullable Object>) alloc;
    balances.put(DEVELOPER, Map.of("balance", MUCH));
    for (TestAccount account : accounts()) {
      balances.put(account.address().substring(2), Map.of("balance", MUCH));
    }
    return genesis;
  }

  /** Runs geth to its end and returns what it printed on its standard output. */
  private String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path output = directory().resolve("output.txt");
    Process process = new ProcessBuilder(command).directory(directory().toFile())
        .redirectOutput(output.toFile())
        .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(INIT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new TestnetException(
            "'" + String.join(" ", command) + "' failed; the end of its log:\n" + logTail());
      }
      return Files.readString(output);
    } finally {
      NodeProcess.killTree(process.toHandle());
    }
  }

  @Override
  List<String> command(List<Integer> ports) {
    List<String> command = new ArrayList<>(
        List.of(program.toString(), "--dev", "--datadir", data().toString(),
            "--networkid", Long.toString(options.chainId()), "--http", "--http.addr", "127.0.0.1",
            "--http.port",
            ports.get(0).toString(), "--http.api", "eth,net,web3,txpool,debug", "--ws", "--ws.addr",
            "127.0.0.1",
            "--ws.port", ports.get(1).toString(), "--ws.api", "eth,net,web3,txpool,debug",
            "--authrpc.addr",
            "127.0.0.1", "--authrpc.port", ports.get(2).toString(), "--port", "0", "--nodiscover",
            "--maxpeers", "0",
            "--nat", "none", "--netrestrict", "127.0.0.0/8", "--ipcdisable", "--cache", "256",
            "--log.format", "logfmt"));
    command.addAll(options.arguments());
    return command;
  }

  @Override
  boolean survivesKill() {
    return options.persistent();
  }

  @Override
  int portsWanted() {
    return 3;
  }

  @Override
  String listeningMessage(int port) {
    return "endpoint=127.0.0.1:" + port;
  }

  @Override
  int webSocketPort(List<Integer> ports) {
    return ports.get(1);
  }

  @Override
  public List<TestAccount> accounts() {
    return TestAccount.wellKnown();
  }

  private Path data() {
    return directory().resolve("data");
  }
}
