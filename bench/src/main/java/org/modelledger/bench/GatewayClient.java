package org.modelledger.bench;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Network;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.Status;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.hyperledger.fabric.protos.common.Block;

/**
 * Fabric's own client on one connection, which all threads share: what is written by hand without us. Keeps
 * nothing and finds nothing again.
 */
final class GatewayClient implements AutoCloseable {
  private static final int MAX_MESSAGE = 100 << 20;
  private static final long LIMIT_SECONDS = 60;

  private final ManagedChannel connection;
  private final Gateway gateway;
  private final Network network;
  private final Contract contract;

  GatewayClient(FabricGround ground) throws IOException, GeneralSecurityException {
    ChannelCredentials credentials = ground.tlsRoot().isEmpty()
        ? InsecureChannelCredentials.create()
        : TlsChannelCredentials.newBuilder().trustManager(ground.tlsRoot().get().toFile()).build();
    try (Reader certificate = Files.newBufferedReader(ground.certificate());
        Reader key = Files.newBufferedReader(ground.privateKey())) {
      connection = Grpc.newChannelBuilder(ground.peers().get(0), credentials)
          .maxInboundMessageSize(MAX_MESSAGE)
          .build();
      gateway = Gateway.newInstance()
          .identity(new X509Identity(ground.mspId(), Identities.readX509Certificate(certificate)))
          .signer(Signers.newPrivateKeySigner(Identities.readPrivateKey(key)))
          .connection(connection)
          .evaluateOptions(call -> call.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS))
          .endorseOptions(call -> call.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS))
          .submitOptions(call -> call.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS))
          .commitStatusOptions(call -> call.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS))
          .connect();
    }
    network = gateway.getNetwork(ground.channel());
    contract = network.getContract(FabricGround.CHAINCODE);
  }

  byte[] evaluate(List<String> call) throws GatewayException {
    return contract.evaluateTransaction(call.get(0), arguments(call));
  }

  /** Builds and signs a proposal. */
  Proposal propose(List<String> call) {
    return contract.newProposal(call.get(0)).addArguments(arguments(call)).build();
  }

  /** One transaction from the proposal to its place in a valid block. */
  Status submitAndWait(List<String> call) throws GatewayException {
    return committed(propose(call).endorse().submitAsync());
  }

  /** Waits until a transaction is in a block. */
  static Status committed(SubmittedTransaction submitted) throws GatewayException {
    Status status = submitted.getStatus();
    if (!status.isSuccessful()) {
      throw new IllegalStateException(
          "transaction " + status.getTransactionId() + " is " + status.getCode());
    }
    return status;
  }

  /** Receives blocks from the channel's first one on; the caller closes the stream. */
  CloseableIterator<Block> blocks() {
    return network.newBlockEventsRequest().startBlock(0).build().getEvents();
  }

  private static String[] arguments(List<String> call) {
    return call.subList(1, call.size()).toArray(String[]::new);
  }

  @Override
  public void close() {
    gateway.close();
    connection.shutdownNow();
  }
}
