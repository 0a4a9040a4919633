package org.modelledger.testnet.fabric;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.modelledger.testnet.TestnetException;

/**
 * Finds out whether a peer's gateway reaches as many endorsers as the policy wants, without leaving anything on the
 * ledger: it lets a transaction be endorsed, and does not submit it. That the chaincode refuses it is as good an answer.
 */
final class GatewayProbe implements AutoCloseable {
  private static final String FUNCTION = "testnet:probe";
  private static final String REFUSED = "chaincode response";
  private static final long LIMIT_SECONDS = 10;

  private final ManagedChannel connection;
  private final Gateway gateway;
  private final String channel;
  private final String chaincode;
  private String trouble = "not asked yet";

  private GatewayProbe(ManagedChannel connection, Gateway gateway, String channel,
      String chaincode) {
    this.connection = connection;
    this.gateway = gateway;
    this.channel = channel;
    this.chaincode = chaincode;
  }

  static GatewayProbe open(String address, Path tlsRoot, TlsClient shown, FabricUser user,
      String channel, String chaincode) {
    try (Reader certificate = Files.newBufferedReader(user.certificate());
        Reader key = Files.newBufferedReader(user.privateKey())) {
      ManagedChannel connection = Grpc
          .newChannelBuilder(address,
              TlsChannelCredentials.newBuilder()
                  .trustManager(tlsRoot.toFile())
                  .keyManager(shown.certificate().toFile(), shown.privateKey().toFile())
                  .build())
          .build();
      Gateway gateway = Gateway.newInstance()
          .identity(new X509Identity(user.mspId(), Identities.readX509Certificate(certificate)))
          .signer(Signers.newPrivateKeySigner(Identities.readPrivateKey(key)))
          .connection(connection)
          .endorseOptions(options -> options.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS))
          .connect();
      return new GatewayProbe(connection, gateway, channel, chaincode);
    } catch (IOException | CertificateException | InvalidKeyException e) {
      throw new TestnetException("the identity of " + user.name() + " cannot be read", e);
    }
  }

  boolean isReady() {
    try {
      var unused = gateway.getNetwork(channel)
          .getContract(chaincode)
          .newProposal(FUNCTION)
          .build()
          .endorse();
      return true;
    } catch (EndorseException e) {
      trouble = e.getMessage() + " "
          + e.getDetails().stream().map(ErrorDetail::getMessage).toList();
      return !e.getDetails().isEmpty() && e.getDetails()
          .stream()
          .allMatch(detail -> detail.getMessage().startsWith(REFUSED));
    }
  }

  /** Why it is not ready. */
  String trouble() {
    return trouble;
  }

  @Override
  public void close() {
    gateway.close();
    connection.shutdownNow();
  }
}
