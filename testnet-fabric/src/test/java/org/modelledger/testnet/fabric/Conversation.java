package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.GatewayRuntimeException;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.gateway.CommitStatusRequest;
import org.hyperledger.fabric.protos.gateway.CommitStatusResponse;
import org.hyperledger.fabric.protos.gateway.GatewayGrpc;
import org.hyperledger.fabric.protos.gateway.SignedCommitStatusRequest;

/** One client at one gateway, and what it was told. */
final class Conversation implements AutoCloseable {
  private final Ground ground;
  private final Ground.Person alice;
  private final Speaker speaker;
  private final StringBuilder notes = new StringBuilder();

  Conversation(Ground ground) {
    this.ground = ground;
    this.alice = ground.person("Org1MSP", "alice", Map.of("role", "trainer"));
    this.speaker = Speaker.of(ground, alice);
  }

  Ground ground() {
    return ground;
  }

  /** Of Org1MSP, with the role of a trainer. */
  Ground.Person alice() {
    return alice;
  }

  /** Who speaks for her. */
  Speaker speaker() {
    return speaker;
  }

  @Override
  public void close() {
    speaker.close();
  }

  /** Something to ask. */
  interface Call {
    Object make() throws Exception;
  }

  /** Notes what a call is answered. */
  void hears(String what, Call call) {
    String answer;
    try {
      Object unused = call.make();
      answer = "OK";
    } catch (GatewayException e) {
      answer = speaker.told(e.getStatus(), e.getDetails());
    } catch (GatewayRuntimeException e) {
      answer = speaker.told(e.getStatus(), List.of());
    } catch (StatusRuntimeException e) {
      answer = speaker.told(e.getStatus(), List.of());
    } catch (Exception e) {
      answer = speaker.plain(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    notes.append(what).append(' ').append(answer.stripTrailing()).append('\n');
  }

  /** Compares everything that was noted since the last time. */
  void heard(String expected) {
    assertThat(notes.toString()).isEqualTo(expected);
    notes.setLength(0);
  }

  static <T> T first(CloseableIterator<T> iterator) {
    try (iterator) {
      return iterator.next();
    }
  }

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static CommitStatusResponse status(Speaker who, String channel, String transaction,
      int seconds) throws Exception {
    ByteString request = CommitStatusRequest.newBuilder()
        .setChannelId(channel)
        .setTransactionId(transaction)
        .setIdentity(who.identity())
        .build()
        .toByteString();
    return GatewayGrpc.newBlockingStub(who.connection())
        .withDeadlineAfter(seconds, TimeUnit.SECONDS)
        .commitStatus(SignedCommitStatusRequest.newBuilder()
            .setRequest(request)
            .setSignature(who.sign(request))
            .build());
  }

  /** A block, asked of the ledger. */
  Block block(long number) throws Exception {
    return Block.parseFrom(speaker.ledger()
        .evaluateTransaction("GetBlockByNumber", ground.channel(), Long.toString(number)));
  }

  static Envelope envelope(ByteString bytes) {
    try {
      return Envelope.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  static ChannelHeader channelHeader(ByteString envelope) {
    try {
      return ChannelHeader.parseFrom(
          Payload.parseFrom(envelope(envelope).getPayload()).getHeader().getChannelHeader());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  static ByteString hash(BlockHeader header) throws Exception {
    return ByteString.copyFrom(Speaker.sha256(new DERSequence(
        new ASN1Encodable[]{new ASN1Integer(header.getNumber()),
            new DEROctetString(header.getPreviousHash().toByteArray()),
            new DEROctetString(header.getDataHash().toByteArray())})
        .getEncoded("DER")));
  }
}
