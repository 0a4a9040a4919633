package org.modelledger.fabric.devpeer;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A Hyperledger Fabric peer for development and tests, in this process: no binaries, no Docker, no consensus. Real
 * gateway clients and real chaincode as a service run against it unchanged.
 *
 * <p>There is one channel. Each organisation has a gateway and block delivery on a port of its own, on the loopback
 * interface; an endorser with a key of its own; and a certificate authority that enrols whom the test wants. Connections
 * are in clear, or by TLS if that is asked for.
 * Whatever is signed in Fabric is signed and verified here. Everything is in memory and gone after {@link #close}.
 *
 * <p>Never use it for anything that matters: one process orders, endorses and validates, and holds every key.
 *
 * <p>Safe for many threads.
 */
public final class DevPeer implements AutoCloseable {
  static final int MAX_MESSAGE = 100 * 1024 * 1024;

  private final Network network;
  private final Tls tls;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Map<String, Server> servers = new LinkedHashMap<>();

  private DevPeer(Builder options) {
    network = new Network(options, executor);
    tls = options.tls;
  }

  /** Begins to describe a network; it needs an organisation at least. */
  public static Builder builder() {
    return new Builder();
  }

  /** The name of the channel. */
  public String channel() {
    return network.channel();
  }

  /** The organisations, by MSP id, in the order in which they were named. */
  public synchronized List<String> organizations() {
    return List.copyOf(ports.keySet());
  }

  /** Where the first organisation's gateway listens: host and port with a colon between, for gRPC. */
  public String endpoint() {
    return endpoint(organizations().getFirst());
  }

  /**
   * Where an organisation's gateway listens, likewise.
   *
   * @throws IllegalArgumentException if there is no such organisation
   */
  public synchronized String endpoint(String mspId) {
    requireOrganization(mspId);
    return "127.0.0.1:" + ports.get(mspId);
  }

  /** Enrols a user without attributes of the test's own. */
  public DevIdentity enroll(String mspId, String user) {
    return enroll(mspId, user, Map.of());
  }

  /**
   * Makes a key and a certificate for it, with the role of a client.
   *
   * @param mspId the organisation that certifies it
   * @param user the common name
   * @param attributes attributes that chaincode can ask for, in the extension that Fabric CA uses; {@code
   *     hf.EnrollmentID} and {@code hf.Type} are added
   * @throws IllegalArgumentException if there is no such organisation
   */
  public DevIdentity enroll(String mspId, String user, Map<String, String> attributes) {
    Objects.requireNonNull(user, "user");
    return requireOrganization(mspId).authority().issue(user, "client", attributes);
  }

  /**
   * Likewise, with a certificate that is valid from one time to another: for tests of what happens when it has expired.
   *
   * @param mspId the organisation that certifies it
   * @param user the common name
   * @param attributes attributes that chaincode can ask for
   * @param notBefore from when on; to the second
   * @param notAfter until when
   * @throws IllegalArgumentException if there is no such organisation
   */
  public DevIdentity enroll(String mspId, String user, Map<String, String> attributes,
      Instant notBefore, Instant notAfter) {
    Objects.requireNonNull(user, "user");
    return requireOrganization(mspId).authority()
        .issue(user, "client", attributes, notBefore, notAfter);
  }

  /**
   * The certificate by which to check whom one has reached at an organisation's {@link #endpoint(String)}, which speaks
   * for {@code 127.0.0.1} and {@code localhost}.
   *
   * @throws IllegalArgumentException if there is no such organisation
   * @throws IllegalStateException if this peer speaks without TLS
   */
  public X509Certificate tlsRoot(String mspId) {
    if (tls == Tls.NONE) {
      throw new IllegalStateException("this peer speaks without TLS; see DevPeer.Builder.tls");
    }
    return requireOrganization(mspId).tlsAuthority().certificate();
  }

  /** {@link #tlsRoot} as a PEM file has it. */
  public String tlsRootPem(String mspId) {
    return DevIdentity.pem(tlsRoot(mspId));
  }

  /**
   * Makes a key and a certificate for connections, which a client shows where the peer wants to see one ({@link
   * Builder#mutualTls}). Nobody signs transactions with it.
   *
   * @param mspId the organisation that certifies it
   * @param name the common name
   * @throws IllegalArgumentException if there is no such organisation
   * @throws IllegalStateException if this peer speaks without TLS
   */
  public DevIdentity enrollTls(String mspId, String name) {
    Objects.requireNonNull(name, "name");
    X509Certificate unused = tlsRoot(mspId);
    return requireOrganization(mspId).tlsAuthority().issueTls(name, "client");
  }

  /** What can be made to go wrong. */
  public Faults faults() {
    return network.faults();
  }

  /** How many blocks there are; the first, of number 0, is the channel's configuration. */
  public long height() {
    return network.ledger().height();
  }

  /**
   * A block as Fabric's tools write it to a file: the bytes of a {@code common.Block}.
   *
   * @param number from 0
   * @throws IllegalArgumentException if there is no such block yet
   */
  public byte[] block(long number) {
    return network.ledger()
        .block(number)
        .orElseThrow(() -> new IllegalArgumentException("there is no block " + number
            + " in channel " + network.channel() + ", which has " + height()))
        .toByteArray();
  }

  /** Ends all streams to chaincode processes, as if connections had been lost; the next transaction connects again. */
  public void dropChaincodeStreams() {
    network.dropChaincodeStreams();
  }

  /**
   * Stops serving the clients of an organisation: calls under way end, new ones find nobody. Nothing is forgotten, and
   * the organisation goes on endorsing for the others.
   */
  public synchronized void disconnect(String mspId) throws InterruptedException {
    requireOrganization(mspId);
    Server server = servers.remove(mspId);
    if (server != null) {
      server.shutdownNow();
      server.awaitTermination();
    }
  }

  /**
   * Ends {@link #disconnect}, on the same port.
   *
   * @throws IOException if somebody else has taken the port
   */
  public synchronized void reconnect(String mspId) throws IOException {
    if (!servers.containsKey(mspId)) {
      serve(mspId, requireOrganization(mspId), ports.getOrDefault(mspId, 0));
    }
  }

  /** Stops everything; what was on the ledger is gone. Idempotent. */
  @Override
  public synchronized void close() {
    servers.values().forEach(Server::shutdownNow);
    boolean interrupted = false;
    try {
      network.close();
      for (Server server : servers.values()) {
        server.awaitTermination();
      }
      executor.shutdownNow();
      executor.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    executor.shutdownNow();
    servers.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Organization requireOrganization(String mspId) {
    return network.organization(mspId)
        .orElseThrow(() -> new IllegalArgumentException(
            "there is no organisation " + mspId + " in channel " + network.channel()));
  }

  private synchronized void serve(String mspId, Organization organization, int port)
      throws IOException {
    Server server = NettyServerBuilder
        .forAddress(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), port),
            tls.server(organization, network.organizations()))
        .intercept(new Tls.Witness())
        .executor(executor)
        .maxInboundMessageSize(MAX_MESSAGE)
        .permitKeepAliveTime(1, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .addService(new GatewayService(network, organization, executor))
        .addService(new DeliverService(network, executor, tls))
        .build()
        .start();
    servers.put(mspId, server);
    ports.put(mspId, server.getPort());
    organization.listensAt("127.0.0.1:" + server.getPort());
  }

  /** Describes a network. Not safe for several threads. */
  public static final class Builder {
    private static final Pattern CHANNEL = Pattern.compile("[a-z][a-z0-9.-]{0,248}");

    /** A chaincode and where it runs. */
    record Chaincode(String endpoint, String policy, Optional<X509Certificate> tlsRoot) {
      Chaincode {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(policy, "policy");
      }
    }

    final Map<String, Integer> organizations = new LinkedHashMap<>();
    final Map<String, Chaincode> chaincodes = new LinkedHashMap<>();
    String channel = "devchannel";
    Tls tls = Tls.NONE;
    BlockCutting blockCutting = BlockCutting.DEFAULT;
    Duration executeTimeout = Duration.ofSeconds(30);
    Duration connectTimeout = Duration.ofSeconds(10);

    private Builder() {}

    /** Adds an organisation whose gateway listens on a free port. */
    public Builder organization(String mspId) {
      return organization(mspId, 0);
    }

    /**
     * Adds an organisation.
     *
     * @param mspId its id, such as {@code Org1MSP}
     * @param port where its gateway listens; 0 for a free port
     * @throws IllegalArgumentException if it is there already
     */
    public Builder organization(String mspId, int port) {
      Objects.requireNonNull(mspId, "mspId");
      if (mspId.isBlank() || organizations.putIfAbsent(mspId, port) != null) {
        throw new IllegalArgumentException(
            "organisation '" + mspId + "' is blank or there already");
      }
      return this;
    }

    /**
     * Names the channel; {@code devchannel} otherwise.
     *
     * @throws IllegalArgumentException if Fabric would not take the name
     */
    public Builder channel(String name) {
      if (!CHANNEL.matcher(name).matches()) {
        throw new IllegalArgumentException("channel '" + name
            + "': up to 249 lower-case letters, digits, dots and hyphens, the first a letter");
      }
      channel = name;
      return this;
    }

    /** Adds a chaincode that a majority of the organisations must endorse. */
    public Builder chaincode(String name, String endpoint) {
      return chaincode(name, endpoint, "MAJORITY");
    }

    /**
     * Adds a chaincode. It need not run yet: a transaction connects to it, and again after it was restarted.
     *
     * @param name its name
     * @param endpoint where it listens as a service, without TLS: host and port with a colon between
     * @param policy who must endorse its transactions: {@code MAJORITY}, {@code ALL} or {@code ANY} of the
     *     organisations' peers, or what Fabric's command line takes, such as {@code OR('Org1MSP.peer','Org2MSP.peer')},
     *     {@code AND(…)}, {@code OutOf(2,…)}
     * @throws IllegalArgumentException if it is there already; {@code qscc} always is
     */
    public Builder chaincode(String name, String endpoint, String policy) {
      return add(name, new Chaincode(endpoint, policy, Optional.empty()));
    }

    /**
     * Adds a chaincode that listens with TLS.
     *
     * @param name its name
     * @param endpoint where it listens as a service
     * @param policy who must endorse its transactions
     * @param tlsRoot by which to check the certificate that it shows, which must speak for the endpoint's host
     * @throws IllegalArgumentException if it is there already
     */
    public Builder chaincode(String name, String endpoint, String policy,
        X509Certificate tlsRoot) {
      return add(name, new Chaincode(endpoint, policy, Optional.of(tlsRoot)));
    }

    private Builder add(String name, Chaincode chaincode) {
      if (name.isBlank() || name.equals(LedgerQueries.NAME)
          || chaincodes.putIfAbsent(name, chaincode) != null) {
        throw new IllegalArgumentException(
            "chaincode '" + name + "' is blank, of the system, or there already");
      }
      return this;
    }

    /**
     * Lets the gateways speak TLS, each with a certificate of its organisation's own TLS authority ({@link
     * DevPeer#tlsRoot}).
     */
    public Builder tls() {
      tls = Tls.SERVER;
      return this;
    }

    /**
     * Lets the gateways speak TLS with clients that show a certificate of any organisation's TLS authority ({@link
     * DevPeer#enrollTls}), and with nobody else. As in Fabric, requests for blocks must carry the certificate's SHA-256 as
     * well: {@code tlsClientCertificateHash} of the gateway's client.
     */
    public Builder mutualTls() {
      tls = Tls.MUTUAL;
      return this;
    }

    /** Says when blocks are cut; {@link BlockCutting#DEFAULT} otherwise. */
    public Builder blockCutting(BlockCutting limits) {
      blockCutting = Objects.requireNonNull(limits, "limits");
      return this;
    }

    /** How long a chaincode may take for one transaction; 30 seconds otherwise. */
    public Builder executeTimeout(Duration limit) {
      executeTimeout = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /** How long a transaction waits for a chaincode process that is not there; 10 seconds otherwise. */
    public Builder connectTimeout(Duration limit) {
      connectTimeout = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /**
     * Starts to serve.
     *
     * @return a peer that the caller closes
     * @throws IllegalArgumentException if an endorsement policy cannot be read; says where
     * @throws IllegalStateException if there is no organisation, or more than 16
     * @throws IOException if a port is taken
     */
    public DevPeer start() throws IOException {
      if (organizations.isEmpty() || organizations.size() > 16) {
        throw new IllegalStateException(
            "a channel has 1 to 16 organisations, not " + organizations.size());
      }
      DevPeer peer = new DevPeer(this);
      try {
        for (Map.Entry<String, Integer> each : organizations.entrySet()) {
          peer.serve(each.getKey(), peer.requireOrganization(each.getKey()), each.getValue());
        }
      } catch (IOException e) {
        peer.close();
        throw e;
      }
      return peer;
    }
  }
}
