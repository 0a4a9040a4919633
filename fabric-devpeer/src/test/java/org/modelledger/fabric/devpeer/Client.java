package org.modelledger.fabric.devpeer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Network;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;

/** Fabric's own gateway client on a connection of its own. */
final class Client implements AutoCloseable {
  private final ManagedChannel connection;
  private final Gateway gateway;
  private final Network network;

  private Client(String endpoint, String channel, DevIdentity identity, Signer signer) {
    this(Grpc.newChannelBuilder(endpoint, InsecureChannelCredentials.create()).build(), channel,
        identity, signer, new byte[0]);
  }

  private Client(ManagedChannel connection, String channel, DevIdentity identity, Signer signer,
      byte[] tlsHash) {
    this.connection = connection;
    this.gateway = Gateway.newInstance()
        .identity(new X509Identity(identity.mspId(), identity.certificate()))
        .signer(signer)
        .connection(connection)
        .tlsClientCertificateHash(tlsHash)
        .connect();
    this.network = gateway.getNetwork(channel);
  }

  /**
   * With other credentials than none.
   *
   * @param tlsHash the hash of the certificate that is shown, for requests that carry it
   */
  static Client of(DevPeer peer, DevIdentity identity, ChannelCredentials credentials,
      byte[] tlsHash) {
    return new Client(Grpc.newChannelBuilder(peer.endpoint(), credentials).build(), peer.channel(),
        identity, Signers.newPrivateKeySigner(identity.privateKey()), tlsHash);
  }

  static Client of(DevPeer peer, DevIdentity identity) {
    return of(peer, identity, identity);
  }

  /** Through the gateway of another organisation than the first. */
  static Client of(DevPeer peer, String gateway, DevIdentity identity) {
    return new Client(peer.endpoint(gateway), peer.channel(), identity,
        Signers.newPrivateKeySigner(identity.privateKey()));
  }

  /** Claims to be one and signs with the key of another. */
  static Client of(DevPeer peer, DevIdentity identity, DevIdentity signer) {
    return new Client(peer.endpoint(), peer.channel(), identity,
        Signers.newPrivateKeySigner(signer.privateKey()));
  }

  ManagedChannel connection() {
    return connection;
  }

  Gateway gateway() {
    return gateway;
  }

  Network network() {
    return network;
  }

  Contract contract() {
    return contract("test");
  }

  Contract contract(String chaincode) {
    return network.getContract(chaincode);
  }

  String evaluate(String function, String... args) throws GatewayException {
    return new String(contract().evaluateTransaction(function, args), UTF_8);
  }

  String submit(String function, String... args) throws Exception {
    return new String(contract().submitTransaction(function, args), UTF_8);
  }

  Proposal proposal(String function, String... args) {
    return contract().newProposal(function).addArguments(args).build();
  }

  /** Submits without waiting for the commit. */
  SubmittedTransaction begin(String function, String... args) throws Exception {
    return proposal(function, args).endorse().submitAsync();
  }

  @Override
  public void close() {
    gateway.close();
    connection.shutdownNow();
  }
}
