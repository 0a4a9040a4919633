package org.modelledger.chain.fabric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.modelledger.testnet.fabric.FabricChaincode;
import org.modelledger.testnet.fabric.FabricConnection;
import org.modelledger.testnet.fabric.FabricNetwork;
import org.modelledger.testnet.fabric.FabricOptions;
import org.modelledger.testnet.fabric.FabricUser;

/** Clients of a real network's registry. Members of both organisations take turns. */
final class RealNetwork {
  private final FabricNetwork network;
  private final FabricConnection connection;
  private final Map<String, FabricUser> users = new ConcurrentHashMap<>();
  private final Path roots;

  RealNetwork(FabricNetwork network) throws IOException {
    this.network = network;
    this.connection = network.connection();
    StringBuilder all = new StringBuilder();
    for (FabricConnection.Organization organization : connection.organizations()) {
      all.append(Files.readString(organization.peers().getFirst().tlsRoot()));
    }
    this.roots = Files.writeString(network.directory().resolve("all-tls-roots.pem"), all);
  }

  /** The registry's chaincode, one process for each organisation. */
  static FabricOptions.Builder options() {
    return FabricOptions.builder(
        FabricChaincode.java("registry", Chaincode.classPath(), Chaincode.MAIN));
  }

  FabricNetwork network() {
    return network;
  }

  FabricUser user(String alias) {
    return users.computeIfAbsent(alias,
        name -> network.enroll(connection.organizations().get(users.size() % 2).mspId(), name,
            Map.of()));
  }

  FabricIdentity identity(String alias) {
    FabricUser user = user(alias);
    return FabricIdentity.ofFiles(user.mspId(), user.certificate(), user.privateKey());
  }

  /** The peers of all organisations, the user's own first. */
  List<String> peers(String alias) {
    String own = user(alias).mspId();
    List<String> peers = new ArrayList<>();
    for (FabricConnection.Organization organization : connection.organizations()) {
      List<String> addresses = organization.peers()
          .stream()
          .map(FabricConnection.Endpoint::address)
          .toList();
      peers.addAll(organization.mspId().equals(own) ? 0 : peers.size(), addresses);
    }
    return peers;
  }

  FabricRegistryOptions writing(String alias, Path directory) {
    return writing(alias, identity(alias), directory);
  }

  /** Somebody else, by the same peers. */
  FabricRegistryOptions writing(String alias, FabricIdentity identity, Path directory) {
    return FabricRegistryOptions
        .writing(peers(alias), connection.channel(), identity, directory)
        .withTls(roots);
  }

  FabricRegistryOptions reading() {
    return reading(connection.channel(), identity("reader"));
  }

  FabricRegistryOptions reading(String channel, FabricIdentity identity) {
    return FabricRegistryOptions.reading(peers("reader"), channel, identity).withTls(roots);
  }

  KilledClient.Target target(String alias) {
    FabricUser user = user(alias);
    return new KilledClient.Target(peers(alias), connection.channel(), connection.chaincode(),
        user.mspId(), user.certificate(), user.privateKey(), roots.toString());
  }

  /** Names under which the registry is on the channel and nothing has happened yet. */
  static final class Names {
    private static final int AT_ONCE = 8;
    private final FabricNetwork network;
    private final List<String> ready = new ArrayList<>();
    private int made;

    Names(FabricNetwork network) {
      this.network = network;
    }

    synchronized String next() throws InterruptedException {
      if (ready.isEmpty()) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          names.add("registry" + made++);
        }
        network.define(names);
        ready.addAll(names);
      }
      return ready.removeFirst();
    }
  }
}
