package org.modelledger.testnet.fabric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.modelledger.testnet.TestnetException;

/** Where the files of a network are, and what those say that Fabric's programs read first. */
final class Layout {
  static final String ORDERER_MSP = "OrdererMSP";
  static final String ORDERER_DOMAIN = "orderer.test";
  static final String PROFILE = "Testnet";

  private final Path directory;
  private final FabricOptions options;

  Layout(Path directory, FabricOptions options) {
    this.directory = directory;
    this.options = options;
  }

  static String domain(String mspId) {
    String lower = mspId.toLowerCase(Locale.ROOT);
    return (lower.endsWith("msp") && lower.length() > 3
        ? lower.substring(0, lower.length() - 3)
        : lower) + ".test";
  }

  Path directory() {
    return directory;
  }

  Path cryptoConfig() {
    return directory.resolve("crypto-config.yaml");
  }

  Path genesisBlock() {
    return directory.resolve("genesis.block");
  }

  Path packageFile(String mspId) {
    return directory.resolve("chaincode-" + domain(mspId) + ".tgz");
  }

  Path crypto() {
    return directory.resolve("crypto");
  }

  Path builder() {
    return directory.resolve("builder");
  }

  Path connection() {
    return directory.resolve("connection.json");
  }

  Path organization(String mspId) {
    return mspId.equals(ORDERER_MSP)
        ? crypto().resolve("ordererOrganizations").resolve(ORDERER_DOMAIN)
        : crypto().resolve("peerOrganizations").resolve(domain(mspId));
  }

  /** The home of a peer or an orderer, with {@code msp/} and {@code tls/}. */
  Path node(String mspId, String name) {
    return organization(mspId).resolve(mspId.equals(ORDERER_MSP) ? "orderers" : "peers")
        .resolve(name);
  }

  Path tlsRoot(String mspId) {
    return organization(mspId).resolve("tlsca").resolve("tlsca." + domainOf(mspId) + "-cert.pem");
  }

  Path authority(String mspId) {
    return organization(mspId).resolve("ca").resolve("ca." + domainOf(mspId) + "-cert.pem");
  }

  Path authorityKey(String mspId) {
    return organization(mspId).resolve("ca").resolve("priv_sk");
  }

  /** A user whom cryptogen made. */
  Path user(String mspId, String name) {
    return organization(mspId).resolve("users").resolve(name + "@" + domainOf(mspId));
  }

  /** What a user whom cryptogen made shows at the other end of a connection. */
  TlsClient tlsClient(String mspId, String name) {
    Path tls = user(mspId, name).resolve("tls");
    return new TlsClient(tls.resolve("client.crt"), tls.resolve("client.key"));
  }

  FabricUser generated(String mspId, String name) {
    Path msp = user(mspId, name).resolve("msp");
    return new FabricUser(mspId, name,
        msp.resolve("signcerts").resolve(name + "@" + domainOf(mspId) + "-cert.pem"),
        msp.resolve("keystore").resolve("priv_sk"), Map.of());
  }

  private static String domainOf(String mspId) {
    return mspId.equals(ORDERER_MSP) ? ORDERER_DOMAIN : domain(mspId);
  }

  /** Makes the directories and the files that do not depend on ports. */
  void prepare() throws IOException {
    for (String name : List.of("logs", "run", "data", "users", "tools")) {
      Files.createDirectories(directory.resolve(name));
    }
    Files.writeString(cryptoConfig(), cryptoConfigText());
    // Fabric asks three programs about a package: is it yours, build it, hand out what the peer needs
    script("detect", "grep -q '\"type\" *: *\"ccaas\"' \"$2/metadata.json\"");
    script("build", "cp \"$1/connection.json\" \"$3/connection.json\"");
    script("release",
        "mkdir -p \"$2/chaincode/server\"\ncp \"$1/connection.json\" \"$2/chaincode/server/\"");
  }

  private void script(String name, String body) throws IOException {
    Path file = builder().resolve("bin").resolve(name);
    Files.createDirectories(builder().resolve("bin"));
    Files.writeString(file, "#!/bin/sh\nset -e\n" + body + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new TestnetException(file + " could not be made executable");
    }
  }

  private String cryptoConfigText() {
    StringBuilder text = new StringBuilder("""
        OrdererOrgs:
          - Name: Orderer
            Domain: %s
            EnableNodeOUs: true
            Specs:
        """.formatted(ORDERER_DOMAIN));
    for (int i = 1; i <= options.orderers(); i++) {
      text.append(host("orderer" + i));
    }
    text.append("PeerOrgs:\n");
    for (String mspId : options.organizations()) {
      text.append("""
            - Name: %s
              Domain: %s
              EnableNodeOUs: true
              Users:
                Count: 1
              Specs:
          """.formatted(mspId, domain(mspId)));
      for (int i = 0; i < options.peersPerOrganization(); i++) {
        text.append(host("peer" + i));
      }
    }
    return text.toString();
  }

  private static String host(String name) {
    return "      - Hostname: " + name + "\n        SANS: [127.0.0.1, localhost]\n";
  }

  /** Writes what the first block of the channel is made from, and says in which directory. */
  Path writeChannel(List<FabricNode> orderers, List<FabricNode> peers) throws IOException {
    StringBuilder text = new StringBuilder("Organizations:\n");
    text.append("""
          - &Orderer
            Name: %1$s
            ID: %1$s
            MSPDir: %2$s
            Policies:
              Readers: {Type: Signature, Rule: "OR('%1$s.member')"}
              Writers: {Type: Signature, Rule: "OR('%1$s.member')"}
              Admins: {Type: Signature, Rule: "OR('%1$s.admin')"}
            OrdererEndpoints:
        """.formatted(ORDERER_MSP, quoted(organization(ORDERER_MSP).resolve("msp"))));
    orderers.forEach(orderer -> text.append("      - ").append(orderer.address()).append('\n'));
    for (String mspId : options.organizations()) {
      text.append("""
            - &%1$s
              Name: %1$s
              ID: %1$s
              MSPDir: %2$s
              Policies:
                Readers: {Type: Signature, Rule: "OR('%1$s.admin','%1$s.peer','%1$s.client')"}
                Writers: {Type: Signature, Rule: "OR('%1$s.admin','%1$s.client')"}
                Admins: {Type: Signature, Rule: "OR('%1$s.admin')"}
                Endorsement: {Type: Signature, Rule: "OR('%1$s.peer')"}
              AnchorPeers:
          """.formatted(mspId, quoted(organization(mspId).resolve("msp"))));
      peers.stream()
          .filter(peer -> peer.mspId().equals(mspId))
          .limit(1)
          .forEach(peer -> text
              .append("      - {Host: 127.0.0.1, Port: " + peer.port() + "}\n"));
    }
    text.append("""
        Profiles:
          %s:
            Capabilities: {V2_0: true}
            Policies:
              Readers: {Type: ImplicitMeta, Rule: ANY Readers}
              Writers: {Type: ImplicitMeta, Rule: ANY Writers}
              Admins: {Type: ImplicitMeta, Rule: MAJORITY Admins}
            Orderer:
              OrdererType: etcdraft
              BatchTimeout: %sms
              BatchSize: {MaxMessageCount: %s, AbsoluteMaxBytes: 32 MB, PreferredMaxBytes: 2 MB}
              Organizations: [*Orderer]
              Capabilities: {V2_0: true}
              Policies:
                Readers: {Type: ImplicitMeta, Rule: ANY Readers}
                Writers: {Type: ImplicitMeta, Rule: ANY Writers}
                Admins: {Type: ImplicitMeta, Rule: MAJORITY Admins}
                BlockValidation: {Type: ImplicitMeta, Rule: ANY Writers}
              EtcdRaft:
                Options:
                  TickInterval: 200ms
                  ElectionTick: 10
                  HeartbeatTick: 1
                  MaxInflightBlocks: 5
                  SnapshotIntervalSize: 16 MB
                Consenters:
        """.formatted(PROFILE, options.batchTimeout().toMillis(), options.maxMessageCount()));
    for (FabricNode orderer : orderers) {
      String certificate = quoted(
          node(ORDERER_MSP, orderer.name()).resolve("tls").resolve("server.crt"));
      text.append("""
                  - Host: 127.0.0.1
                    Port: %s
                    ClientTLSCert: %s
                    ServerTLSCert: %s
          """.formatted(orderer.port(), certificate, certificate));
    }
    text.append("""
            Application:
              Organizations: [%s]
              Capabilities: {V2_5: true}
              Policies:
                Readers: {Type: ImplicitMeta, Rule: ANY Readers}
                Writers: {Type: ImplicitMeta, Rule: ANY Writers}
                Admins: {Type: ImplicitMeta, Rule: MAJORITY Admins}
                LifecycleEndorsement: {Type: ImplicitMeta, Rule: MAJORITY Endorsement}
                Endorsement: {Type: ImplicitMeta, Rule: MAJORITY Endorsement}
        """.formatted(String.join(", ",
        options.organizations().stream().map(mspId -> "*" + mspId).toList())));
    Path channel = Files.createDirectories(directory.resolve("channel"));
    Files.writeString(channel.resolve("configtx.yaml"), text);
    return channel;
  }

  /** A path for YAML, in which a single quote within single quotes is written twice. */
  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }
}
