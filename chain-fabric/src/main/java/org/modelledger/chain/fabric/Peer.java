package org.modelledger.chain.fabric;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Network;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.hyperledger.fabric.protos.common.Block;
import org.modelledger.model.Digest;
import org.modelledger.model.StorageException;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.spi.ConfigurationException;

/** The gateway of one peer, on a connection of its own that all calls share. Connects when it is used. */
final class Peer implements AutoCloseable {
  /** What a peer sends at most: blocks have up to 99 MB. */
  private static final int MAX_MESSAGE = 100 << 20;
  /** Peers end connections that are probed more often than once a minute. */
  private static final long PROBE_SECONDS = 90;

  private final String address;
  private final ManagedChannel connection;
  private final Gateway gateway;
  private final Network network;
  private final Contract registry;
  private final Contract ledgerQueries;
  private final String[] endorsers;

  Peer(String address, FabricRegistryOptions options) {
    this.address = address;
    this.endorsers = options.endorsers().toArray(String[]::new);
    ManagedChannelBuilder<?> builder = channelBuilder(address, options)
        .maxInboundMessageSize(MAX_MESSAGE)
        .keepAliveTime(PROBE_SECONDS, TimeUnit.SECONDS);
    options.tlsAuthority().ifPresent(builder::overrideAuthority);
    this.connection = builder.build();
    FabricIdentity identity = options.identity();
    long nanos = options.timeout().toNanos();
    Gateway.Builder connecting = Gateway.newInstance()
        .connection(connection)
        .identity(new X509Identity(identity.mspId(), identity.certificate()))
        .signer(digest -> sign(identity, digest))
        .evaluateOptions(call -> call.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS))
        .endorseOptions(call -> call.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS))
        .submitOptions(call -> call.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS))
        .commitStatusOptions(call -> call.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS));
    options.tlsCertificate()
        .ifPresent(file -> connecting.tlsClientCertificateHash(certificateHash(file)));
    this.gateway = connecting.connect();
    this.network = gateway.getNetwork(options.channel());
    this.registry = network.getContract(options.chaincode());
    this.ledgerQueries = network.getContract("qscc");
  }

  /** A key service may be away for a while, as a peer may. */
  private static byte[] sign(FabricIdentity identity, byte[] digest) {
    try {
      return identity.signer().sign(digest);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new LedgerUnavailableException(
          "the signer of " + identity.account() + " has not signed: " + e.getMessage(), e);
    }
  }

  private static ManagedChannelBuilder<?> channelBuilder(String address,
      FabricRegistryOptions options) {
    options.tlsCertificate().ifPresent(FabricIdentity::readCertificate);
    try {
      return Grpc.newChannelBuilder(address, credentials(options));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "the connection to " + address + " by TLS cannot be set up with"
              + " the roots " + options.tlsRoots().map(Path::toString).orElse("of nobody")
              + ", the certificate "
              + options.tlsCertificate().map(Path::toString).orElse("of nobody") + " and the key "
              + options.tlsKey().map(Path::toString).orElse("of nobody"),
          e);
    }
  }

  /** What has none would be taken for the authority of nobody, and each peer for a stranger. */
  private static void requireCertificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (!CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
        return;
      }
    } catch (CertificateException e) {
      throw new ConfigurationException(file + " has no certificates in PEM", e);
    } catch (IOException e) {
      throw new StorageException("read the certificates for TLS", file, e);
    }
    throw new ConfigurationException(file + " has no certificates in PEM");
  }

  private static ChannelCredentials credentials(FabricRegistryOptions options) {
    if (options.tlsRoots().isEmpty()) {
      if (options.tlsCertificate().isPresent()) {
        throw new ConfigurationException(
            "a client's TLS certificate is for TLS, which takes the peers' root certificates");
      }
      return InsecureChannelCredentials.create();
    }
    Path roots = options.tlsRoots().get();
    requireCertificates(roots);
    try {
      TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder()
          .trustManager(roots.toFile());
      if (options.tlsCertificate().isPresent() && options.tlsKey().isPresent()) {
        tls.keyManager(options.tlsCertificate().get().toFile(), options.tlsKey().get().toFile());
      }
      return tls.build();
    } catch (IOException e) {
      throw new StorageException("read the certificates for TLS", roots, e);
    }
  }

  private static byte[] certificateHash(Path file) {
    try {
      return Digest.sha256(FabricIdentity.readCertificate(file).getEncoded()).bytes();
    } catch (CertificateEncodingException e) {
      throw new ConfigurationException(file + " has a certificate that cannot be written", e);
    }
  }

  String address() {
    return address;
  }

  /** Asks this peer's copy of the ledger. */
  byte[] evaluate(List<String> call) throws GatewayException {
    return registry.newProposal(call.get(0))
        .addArguments(arguments(call))
        .build()
        .evaluate();
  }

  /** Asks the peer's system chaincode for queries of the ledger. */
  byte[] queryLedger(String function, String... arguments) throws GatewayException {
    return ledgerQueries.evaluateTransaction(function, arguments);
  }

  /** Returns a signed proposal that this peer may have endorsed. */
  Proposal propose(List<String> call) {
    Proposal.Builder builder = registry.newProposal(call.get(0)).addArguments(arguments(call));
    if (endorsers.length > 0) {
      builder.setEndorsingOrganizations(endorsers);
    }
    return builder.build();
  }

  /** Begins to receive blocks; the caller closes the iterator, also from another thread. */
  CloseableIterator<Block> blocks(long from) {
    return network.newBlockEventsRequest().startBlock(from).build().getEvents();
  }

  private static String[] arguments(List<String> call) {
    return call.subList(1, call.size()).toArray(String[]::new);
  }

  @Override
  public void close() {
    gateway.close();
    connection.shutdownNow();
    boolean interrupted = false;
    try {
      connection.awaitTermination(Duration.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
