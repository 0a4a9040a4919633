package org.modelledger.testnet.fabric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.modelledger.testnet.Ports;
import org.modelledger.testnet.TestnetException;

/** Brings a network up: one attempt, on ports that were free a moment ago. */
final class Launch {
  private static final int PORTS_OF_A_NODE = 3;
  /** 3.x tells of each step of each connection. */
  private static final String LOGGING = "info:grpc=error";

  private final FabricBinaries binaries;
  private final FabricOptions options;
  private final Layout layout;
  private final boolean detached;
  private final Tools tools;
  private final List<FabricNode> peers = new ArrayList<>();
  private final List<FabricNode> orderers = new ArrayList<>();
  private final List<FabricNode> chaincodes = new ArrayList<>();
  private final Map<FabricNode, Integer> adminPorts = new HashMap<>();
  private final Map<FabricNode, Integer> operationsPorts = new HashMap<>();
  private final Map<String, ChaincodePackage> packages = new HashMap<>();

  Launch(FabricBinaries binaries, FabricOptions options, Path directory, boolean detached) {
    this.binaries = binaries;
    this.options = options;
    this.layout = new Layout(directory, options);
    this.detached = detached;
    this.tools = new Tools(binaries, layout);
  }

  List<FabricNode> nodes() {
    List<FabricNode> nodes = new ArrayList<>(peers);
    nodes.addAll(orderers);
    nodes.addAll(chaincodes);
    return List.copyOf(nodes);
  }

  /** Where an orderer says who leads. */
  Map<FabricNode, Integer> operationsPorts() {
    return Map.copyOf(operationsPorts);
  }

  Layout layout() {
    return layout;
  }

  /**
   * Does what has to be done, in an order in which little waits: the slowest to start, the chaincode's JVM, is started
   * first, and looked at last.
   */
  void run() throws IOException, InterruptedException {
    layout.prepare();
    plan();
    for (FabricNode chaincode : chaincodes) {
      chaincode.launch();
    }
    tools.cryptogen();
    tools.genesisBlock(options.channel(), layout.writeChannel(orderers, peers));
    orderers.forEach(FabricNode::launch);
    peers.forEach(FabricNode::launch);
    inParallel(orderers, orderer -> {
      orderer.awaitListening(adminPort(orderer));
      orderer.awaitListening();
      tools.joinOrderer(options.channel(), adminPort(orderer));
    });
    inParallel(peers, peer -> {
      peer.awaitListening();
      tools.peer(peer, List.of("channel", "join", "-b", layout.genesisBlock().toString()));
      tools.peer(peer, List.of("lifecycle", "chaincode", "install",
          layout.packageFile(peer.mspId()).toString()));
    });
    awaitLeader();
    List<FabricNode> first = firstPeers();
    String name = options.chaincode().name();
    inParallel(first, peer -> approve(peer, name));
    inParallel(chaincodes, FabricNode::awaitListening);
    commit(first, name);
    inParallel(peers, peer -> awaitGateway(peer, name));
  }

  /** Puts the chaincode that runs onto the channel under other names as well. */
  void define(List<String> names) throws InterruptedException {
    List<FabricNode> first = firstPeers();
    inParallel(names, name -> {
      inParallel(first, peer -> approve(peer, name));
      commit(first, name);
    });
    for (String name : names) {
      inParallel(peers, peer -> awaitGateway(peer, name));
    }
  }

  /** Gives everybody ports and a command. */
  private void plan() throws IOException {
    int nodes = options.orderers()
        + options.organizations().size() * options.peersPerOrganization();
    List<Integer> ports = new ArrayList<>(
        Ports.free(PORTS_OF_A_NODE * nodes + options.organizations().size()));
    for (int i = 1; i <= options.orderers(); i++) {
      planOrderer("orderer" + i + "." + Layout.ORDERER_DOMAIN, ports.removeLast(),
          ports.removeLast(), ports.removeLast());
    }
    for (String mspId : options.organizations()) {
      for (int i = 0; i < options.peersPerOrganization(); i++) {
        planPeer(mspId, "peer" + i + "." + Layout.domain(mspId), ports.removeLast(),
            ports.removeLast(), ports.removeLast());
      }
      planChaincode(mspId, ports.removeLast());
    }
  }

  private void planOrderer(String name, int port, int adminPort, int operationsPort)
      throws IOException {
    Path home = layout.node(Layout.ORDERER_MSP, name);
    Path data = Files.createDirectories(layout.directory().resolve("data").resolve(name));
    String certificate = home.resolve("tls").resolve("server.crt").toString();
    String key = home.resolve("tls").resolve("server.key").toString();
    String roots = "[" + layout.tlsRoot(Layout.ORDERER_MSP) + "]";
    Map<String, String> environment = new HashMap<>();
    environment.put("FABRIC_CFG_PATH", binaries.config());
    environment.put("FABRIC_LOGGING_SPEC", LOGGING);
    environment.put("ORDERER_GENERAL_LISTENADDRESS", "127.0.0.1");
    environment.put("ORDERER_GENERAL_LISTENPORT", Integer.toString(port));
    environment.put("ORDERER_GENERAL_LOCALMSPID", Layout.ORDERER_MSP);
    environment.put("ORDERER_GENERAL_LOCALMSPDIR", home.resolve("msp").toString());
    environment.put("ORDERER_GENERAL_TLS_ENABLED", "true");
    environment.put("ORDERER_GENERAL_TLS_CERTIFICATE", certificate);
    environment.put("ORDERER_GENERAL_TLS_PRIVATEKEY", key);
    environment.put("ORDERER_GENERAL_TLS_ROOTCAS", roots);
    environment.put("ORDERER_GENERAL_CLUSTER_CLIENTCERTIFICATE", certificate);
    environment.put("ORDERER_GENERAL_CLUSTER_CLIENTPRIVATEKEY", key);
    environment.put("ORDERER_GENERAL_CLUSTER_ROOTCAS", roots);
    // 2.5 would look for a block of the system channel that 3.x has no more
    environment.put("ORDERER_GENERAL_BOOTSTRAPMETHOD", "none");
    environment.put("ORDERER_CHANNELPARTICIPATION_ENABLED", "true");
    environment.put("ORDERER_ADMIN_LISTENADDRESS", "127.0.0.1:" + adminPort);
    environment.put("ORDERER_ADMIN_TLS_ENABLED", "true");
    environment.put("ORDERER_ADMIN_TLS_CERTIFICATE", certificate);
    environment.put("ORDERER_ADMIN_TLS_PRIVATEKEY", key);
    environment.put("ORDERER_ADMIN_TLS_CLIENTAUTHREQUIRED", "true");
    environment.put("ORDERER_ADMIN_TLS_CLIENTROOTCAS", roots);
    environment.put("ORDERER_OPERATIONS_LISTENADDRESS", "127.0.0.1:" + operationsPort);
    environment.put("ORDERER_METRICS_PROVIDER", "prometheus");
    environment.put("ORDERER_FILELEDGER_LOCATION", data.resolve("ledger").toString());
    environment.put("ORDERER_CONSENSUS_WALDIR", data.resolve("wal").toString());
    environment.put("ORDERER_CONSENSUS_SNAPDIR", data.resolve("snapshots").toString());
    environment.putAll(options.ordererEnvironment());
    FabricNode orderer = new FabricNode(FabricNode.Kind.ORDERER, name, Layout.ORDERER_MSP,
        List.of(binaries.program("orderer")), environment, layout.directory(), port, detached);
    orderers.add(orderer);
    adminPorts.put(orderer, adminPort);
    operationsPorts.put(orderer, operationsPort);
  }

  private void planPeer(String mspId, String name, int port, int chaincodePort, int operationsPort)
      throws IOException {
    Path home = layout.node(mspId, name);
    Path data = Files.createDirectories(layout.directory().resolve("data").resolve(name));
    String address = "127.0.0.1:" + port;
    // the first peer of an organisation is the one that the others look for
    String bootstrap = peers.stream()
        .filter(peer -> peer.mspId().equals(mspId))
        .map(FabricNode::address)
        .findFirst()
        .orElse(address);
    Map<String, String> environment = new HashMap<>();
    environment.put("FABRIC_CFG_PATH", binaries.config());
    environment.put("FABRIC_LOGGING_SPEC", LOGGING);
    environment.put("CORE_PEER_ID", name);
    environment.put("CORE_PEER_ADDRESS", address);
    environment.put("CORE_PEER_LISTENADDRESS", address);
    environment.put("CORE_PEER_CHAINCODEADDRESS", "127.0.0.1:" + chaincodePort);
    environment.put("CORE_PEER_CHAINCODELISTENADDRESS", "127.0.0.1:" + chaincodePort);
    environment.put("CORE_PEER_LOCALMSPID", mspId);
    environment.put("CORE_PEER_MSPCONFIGPATH", home.resolve("msp").toString());
    environment.put("CORE_PEER_FILESYSTEMPATH", data.toString());
    environment.put("CORE_LEDGER_SNAPSHOTS_ROOTDIR", data.resolve("snapshots").toString());
    environment.put("CORE_PEER_TLS_ENABLED", "true");
    environment.put("CORE_PEER_TLS_CERT_FILE",
        home.resolve("tls").resolve("server.crt").toString());
    environment.put("CORE_PEER_TLS_KEY_FILE",
        home.resolve("tls").resolve("server.key").toString());
    environment.put("CORE_PEER_TLS_ROOTCERT_FILE", layout.tlsRoot(mspId).toString());
    if (options.mutualTls()) {
      environment.put("CORE_PEER_TLS_CLIENTAUTHREQUIRED", "true");
      environment.put("CORE_PEER_TLS_CLIENTROOTCAS_FILES", options.organizations()
          .stream()
          .map(each -> layout.tlsRoot(each).toString())
          .collect(Collectors.joining(" ")));
    }
    environment.put("CORE_OPERATIONS_LISTENADDRESS", "127.0.0.1:" + operationsPort);
    environment.put("CORE_METRICS_PROVIDER", "disabled");
    environment.put("CORE_CHAINCODE_EXTERNALBUILDERS",
        "[{name: testnet, path: '" + layout.builder() + "'}]");
    environment.put("CORE_PEER_GOSSIP_BOOTSTRAP", bootstrap);
    environment.put("CORE_PEER_GOSSIP_ENDPOINT", address);
    environment.put("CORE_PEER_GOSSIP_EXTERNALENDPOINT", address);
    environment.put("CORE_PEER_GOSSIP_USELEADERELECTION", "false");
    environment.put("CORE_PEER_GOSSIP_ORGLEADER", "true");
    // by default, peers take twenty seconds to hear of each other
    for (String timer : List.of("ALIVETIMEINTERVAL", "RECONNECTINTERVAL", "PULLINTERVAL",
        "PUBLISHSTATEINFOINTERVAL", "REQUESTSTATEINFOINTERVAL", "MEMBERSHIPTRACKERINTERVAL")) {
      environment.put("CORE_PEER_GOSSIP_" + timer, "1s");
    }
    environment.put("CORE_PEER_GOSSIP_ALIVEEXPIRATIONTIMEOUT", "10s");
    environment.putAll(options.peerEnvironment());
    peers.add(new FabricNode(FabricNode.Kind.PEER, name, mspId,
        List.of(binaries.program("peer"), "node", "start"), environment, layout.directory(), port,
        detached));
  }

  private void planChaincode(String mspId, int port) throws IOException {
    FabricChaincode chaincode = options.chaincode();
    String address = "127.0.0.1:" + port;
    ChaincodePackage wrapped = ChaincodePackage.of(chaincode.label(), address);
    Files.write(layout.packageFile(mspId), wrapped.bytes());
    packages.put(mspId, wrapped);
    Map<String, String> environment = new HashMap<>();
    environment.put("CHAINCODE_SERVER_ADDRESS", address);
    environment.put("CORE_CHAINCODE_ID_NAME", wrapped.id());
    environment.put("CHAINCODE_ID", wrapped.id());
    environment.put("CORE_PEER_TLS_ENABLED", "false");
    environment.putAll(chaincode.environment());
    chaincodes.add(new FabricNode(FabricNode.Kind.CHAINCODE, "chaincode." + Layout.domain(mspId),
        mspId, chaincode.command(), environment, layout.directory(), port, detached));
  }

  private int adminPort(FabricNode orderer) {
    return adminPorts.getOrDefault(orderer, 0);
  }

  private List<FabricNode> firstPeers() {
    return options.organizations()
        .stream()
        .map(mspId -> peers.stream()
            .filter(peer -> peer.mspId().equals(mspId))
            .findFirst()
            .orElseThrow())
        .toList();
  }

  private void awaitLeader() {
    RaftLeader leader = new RaftLeader(options.channel(), operationsPorts);
    orderers.getFirst()
        .await(() -> leader.find().isPresent(), "that one of the orderers leads");
  }

  private void approve(FabricNode peer, String name) throws InterruptedException {
    ChaincodePackage wrapped = packages.get(peer.mspId());
    List<String> arguments = lifecycle("approveformyorg", name);
    arguments.addAll(List.of("--package-id", wrapped == null ? "" : wrapped.id()));
    tools.peer(peer, arguments);
  }

  private void commit(List<FabricNode> first, String name) throws InterruptedException {
    List<String> arguments = lifecycle("commit", name);
    for (FabricNode peer : first) {
      arguments.addAll(List.of("--peerAddresses", peer.address(), "--tlsRootCertFiles",
          layout.tlsRoot(peer.mspId()).toString()));
    }
    tools.peer(first.getFirst(), arguments);
  }

  private List<String> lifecycle(String verb, String name) {
    FabricChaincode chaincode = options.chaincode();
    List<String> arguments = new ArrayList<>(List.of("lifecycle", "chaincode", verb, "--orderer",
        orderers.getFirst().address(), "--tls", "--cafile",
        layout.tlsRoot(Layout.ORDERER_MSP).toString(), "--channelID", options.channel(), "--name",
        name, "--version", chaincode.version(), "--sequence", "1"));
    options.endorsementPolicy()
        .ifPresent(policy -> arguments.addAll(List.of("--signature-policy", policy)));
    return arguments;
  }

  private void awaitGateway(FabricNode peer, String name) {
    try (GatewayProbe probe = GatewayProbe.open(peer.address(), layout.tlsRoot(peer.mspId()),
        layout.tlsClient(peer.mspId(), "User1"), layout.generated(peer.mspId(), "User1"),
        options.channel(), name)) {
      try {
        peer.await(probe::isReady, "that its gateway reaches enough endorsers");
      } catch (TestnetException e) {
        e.addSuppressed(new TestnetException("the gateway's last answer: " + probe.trouble()));
        throw e;
      }
    }
  }

  private interface Step<T> {
    void on(T what) throws InterruptedException;
  }

  /** Takes a step for each at the same time; the first failure is thrown when all have ended. */
  private static <T> void inParallel(List<T> all, Step<T> step) throws InterruptedException {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (T each : all) {
        calls.add(() -> {
          step.on(each);
          return true;
        });
      }
      for (Future<Boolean> result : executor.invokeAll(calls)) {
        boolean unused = result.get();
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case InterruptedException interrupted -> throw interrupted;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
