package org.modelledger.testnet.fabric;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Network;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/** Fabric's own client for one person at one gateway, and what it was told in words that are the same everywhere. */
final class Speaker implements AutoCloseable {
  private final Ground ground;
  private final Ground.Person person;
  private final Signer signer;
  private final ManagedChannel connection;
  private final Gateway gateway;

  /**
   * Connects.
   *
   * @param mspId whose gateway
   * @param person who it says it is
   * @param signer whose key it signs with
   */
  Speaker(Ground ground, String mspId, Ground.Person person, Ground.Person signer) {
    this.ground = ground;
    this.person = person;
    this.signer = Signers.newPrivateKeySigner(signer.privateKey());
    this.connection = ground.connect(mspId);
    this.gateway = Gateway.newInstance()
        .identity(new X509Identity(person.mspId(), person.certificate()))
        .signer(this.signer)
        .hash(Speaker::sha256)
        .connection(connection)
        // no test waits for ever
        .chaincodeEventsOptions(Speaker::limited)
        .blockEventsOptions(Speaker::limited)
        .filteredBlockEventsOptions(Speaker::limited)
        .commitStatusOptions(Speaker::limited)
        .connect();
  }

  private static CallOptions limited(CallOptions options) {
    return options.withDeadlineAfter(2, TimeUnit.MINUTES);
  }

  static Speaker of(Ground ground, Ground.Person person) {
    return new Speaker(ground, "Org1MSP", person, person);
  }

  ManagedChannel connection() {
    return connection;
  }

  Gateway gateway() {
    return gateway;
  }

  Network network() {
    return gateway.getNetwork(ground.channel());
  }

  Contract contract() {
    return network().getContract(ground.chaincode());
  }

  Contract ledger() {
    return network().getContract("qscc");
  }

  Proposal proposal(String function, String... arguments) {
    return contract().newProposal(function).addArguments(arguments).build();
  }

  Transaction endorse(String function, String... arguments) throws GatewayException {
    return proposal(function, arguments).endorse();
  }

  String evaluate(String function, String... arguments) throws GatewayException {
    return new String(contract().evaluateTransaction(function, arguments), UTF_8);
  }

  /** Submits, and returns when both organisations have it. */
  SubmittedTransaction submit(String function, String... arguments) throws Exception {
    SubmittedTransaction submitted = endorse(function, arguments).submitAsync();
    long block = submitted.getStatus().getBlockNumber();
    Ground.Person witness = ground.person("Org2MSP", "witness", Map.of());
    try (Speaker other = new Speaker(ground, "Org2MSP", witness, witness)) {
      Eventually.holds("Org2MSP has block " + block, () -> other.height() > block);
    }
    return submitted;
  }

  long height() throws GatewayException {
    try {
      return BlockchainInfo
          .parseFrom(ledger().evaluateTransaction("GetChainInfo", ground.channel()))
          .getHeight();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Who it says it is, as messages carry it. */
  ByteString identity() {
    return SerializedIdentity.newBuilder()
        .setMspid(person.mspId())
        .setIdBytes(ByteString.copyFromUtf8(
            Identities.toPemString(person.certificate())))
        .build()
        .toByteString();
  }

  ByteString sign(ByteString message) throws GeneralSecurityException {
    return ByteString.copyFrom(signer.sign(sha256(message.toByteArray())));
  }

  /** Code, text and details of a refusal; what is different everywhere goes by its name. */
  String told(Status status, List<ErrorDetail> details) {
    String described = String.valueOf(status.getDescription());
    return plain(status.getCode() + ": "
    // the rest depends on who noticed first
        + (status.getCode() == Status.Code.DEADLINE_EXCEEDED ? "deadline" : described)
        + details.stream()
            .map(detail -> "\n  " + detail.getMspId() + " at " + detail.getAddress() + ": "
                + detail.getMessage())
            .sorted()
            .collect(Collectors.joining()));
  }

  /** A text without addresses, ids of transactions and traces of the chaincode's stack. */
  String plain(String text) {
    return text.replace(ground.address("Org1MSP"), "PEER1")
        .replace(ground.address("Org2MSP"), "PEER2")
        .replace('\u00a0', ' ') // Go throws a coin, lest anybody rely on its messages
        .replaceAll("\\n\tat [^\n]*", "")
        .replaceAll("\\n+", "\n")
        .replaceAll("\\[[0-9a-f]{8}\\]", "[CODE]")
        .replaceAll("\\b[0-9a-f]{64}\\b", "ID")
        .replaceAll("\\b[0-9a-f]{65,}\\b", "BYTES");
  }

  static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    gateway.close();
    connection.shutdownNow();
  }
}
