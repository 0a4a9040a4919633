package org.modelledger.testnet.fabric;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.InvalidKeyException;
import java.security.cert.CertificateException;
import org.hyperledger.fabric.client.CommitException;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;

/** Fabric's own client, made from nothing but what a {@link FabricConnection} says. */
final class Client implements AutoCloseable {
  private final ManagedChannel channel;
  private final Gateway gateway;
  private final Contract contract;

  Client(FabricConnection connection, FabricUser user, FabricConnection.Endpoint peer)
      throws IOException, CertificateException, InvalidKeyException {
    this(connection, user, peer, TlsChannelCredentials.newBuilder());
  }

  /** Shows a certificate to the peer. */
  static Client showing(TlsClient shown, FabricConnection connection, FabricUser user,
      FabricConnection.Endpoint peer)
      throws IOException, CertificateException, InvalidKeyException {
    return new Client(connection, user, peer, TlsChannelCredentials.newBuilder()
        .keyManager(shown.certificate().toFile(), shown.privateKey().toFile()));
  }

  private Client(FabricConnection connection, FabricUser user, FabricConnection.Endpoint peer,
      TlsChannelCredentials.Builder credentials)
      throws IOException, CertificateException, InvalidKeyException {
    try (Reader certificate = Files.newBufferedReader(user.certificate());
        Reader key = Files.newBufferedReader(user.privateKey())) {
      channel = Grpc.newChannelBuilder(peer.address(),
          credentials.trustManager(peer.tlsRoot().toFile()).build())
          .build();
      gateway = Gateway.newInstance()
          .identity(new X509Identity(user.mspId(), Identities.readX509Certificate(certificate)))
          .signer(Signers.newPrivateKeySigner(Identities.readPrivateKey(key)))
          .connection(channel)
          .connect();
      contract = gateway.getNetwork(connection.channel()).getContract(connection.chaincode());
    }
  }

  /** A client of an organisation's first peer. */
  static Client of(FabricConnection connection, String mspId, String user)
      throws IOException, CertificateException, InvalidKeyException {
    FabricConnection.Organization organization = connection.organization(mspId);
    return new Client(connection, organization.user(user), organization.peers().getFirst());
  }

  void submit(String function, String... arguments) throws GatewayException, CommitException {
    byte[] unused = contract.submitTransaction(function, arguments);
  }

  String evaluate(String function, String... arguments) throws GatewayException {
    return new String(contract.evaluateTransaction(function, arguments), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    gateway.close();
    channel.shutdownNow();
  }
}
