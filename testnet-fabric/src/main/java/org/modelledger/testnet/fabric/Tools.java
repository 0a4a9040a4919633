package org.modelledger.testnet.fabric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.modelledger.testnet.NodeProcess;
import org.modelledger.testnet.TestnetException;

/** Runs those of Fabric's programs that do something and end. */
final class Tools {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final FabricBinaries binaries;
  private final Layout layout;
  private final AtomicInteger runs = new AtomicInteger();

  Tools(FabricBinaries binaries, Layout layout) {
    this.binaries = binaries;
    this.layout = layout;
  }

  void cryptogen() throws InterruptedException {
    run(Map.of(), "cryptogen", "generate", "--config", layout.cryptoConfig().toString(),
        "--output", layout.crypto().toString());
  }

  void genesisBlock(String channel, Path configuration) throws InterruptedException {
    run(Map.of("FABRIC_CFG_PATH", configuration.toString()), "configtxgen", "-profile",
        Layout.PROFILE, "-channelID", channel, "-outputBlock", layout.genesisBlock().toString());
  }

  /** Lets an orderer take part in the channel. The program ends well also where the orderer refused. */
  void joinOrderer(String channel, int adminPort) throws InterruptedException {
    Path tls = layout.user(Layout.ORDERER_MSP, "Admin").resolve("tls");
    String answer = run(Map.of(), "osnadmin", "channel", "join", "--channelID", channel,
        "--config-block", layout.genesisBlock().toString(), "--orderer-address",
        "127.0.0.1:" + adminPort, "--ca-file", layout.tlsRoot(Layout.ORDERER_MSP).toString(),
        "--client-cert", tls.resolve("client.crt").toString(), "--client-key",
        tls.resolve("client.key").toString());
    if (!answer.contains("Status: 201")) {
      throw new TestnetException("the orderer with the administrator's port " + adminPort
          + " did not join the channel '" + channel + "'; it answered: " + answer.strip());
    }
  }

  /** Runs {@code peer} for the administrator of the peer's organisation. */
  String peer(FabricNode peer, List<String> arguments) throws InterruptedException {
    Map<String, String> environment = new HashMap<>();
    environment.put("FABRIC_CFG_PATH", binaries.config());
    environment.put("CORE_PEER_LOCALMSPID", peer.mspId());
    environment.put("CORE_PEER_MSPCONFIGPATH",
        layout.user(peer.mspId(), "Admin").resolve("msp").toString());
    environment.put("CORE_PEER_ADDRESS", peer.address());
    environment.put("CORE_PEER_TLS_ENABLED", "true");
    environment.put("CORE_PEER_TLS_ROOTCERT_FILE", layout.tlsRoot(peer.mspId()).toString());
    TlsClient shown = layout.tlsClient(peer.mspId(), "Admin");
    environment.put("CORE_PEER_TLS_CLIENTAUTHREQUIRED", "true");
    environment.put("CORE_PEER_TLS_CLIENTCERT_FILE", shown.certificate().toString());
    environment.put("CORE_PEER_TLS_CLIENTKEY_FILE", shown.privateKey().toString());
    return run(environment, "peer", arguments.toArray(String[]::new));
  }

  /** Returns what the program printed; throws if it failed. */
  private String run(Map<String, String> environment, String program, String... arguments)
      throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(binaries.program(program)));
    command.addAll(List.of(arguments));
    Path output = layout.directory()
        .resolve("tools")
        .resolve(program + "-" + runs.incrementAndGet() + ".log");
    int status = NodeProcess.run(command, environment, layout.directory(), output, LIMIT);
    if (status != 0) {
      throw new TestnetException("'" + String.join(" ", command) + "' ended with " + status
          + " and printed:\n" + NodeProcess.tail(output, 4_000));
    }
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
