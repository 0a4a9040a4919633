package org.modelledger.chain.fabric.chaincode;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.ledger.queryresult.KV;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.DelState;
import org.hyperledger.fabric.protos.peer.GetState;
import org.hyperledger.fabric.protos.peer.GetStateByRange;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.PutState;
import org.hyperledger.fabric.protos.peer.QueryMetadata;
import org.hyperledger.fabric.protos.peer.QueryResponse;
import org.hyperledger.fabric.protos.peer.QueryResponseMetadata;
import org.hyperledger.fabric.protos.peer.QueryResultBytes;
import org.hyperledger.fabric.protos.peer.Response;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.modelledger.chain.fabric.chaincode.SimulatedState.Simulation;
import org.modelledger.chain.fabric.chaincode.State.Entry;
import org.modelledger.chain.fabric.chaincode.State.Slice;

/** The peer's end of the chaincode stream, over {@link SimulatedState}: one call at a time. */
final class StreamPeer implements AutoCloseable {
  private static final String CHANNEL = "channel";
  private static final long PATIENCE_SECONDS = 120;

  final SimulatedState ledger = new SimulatedState();
  private final ManagedChannel channel;
  private final StreamObserver<ChaincodeMessage> toChaincode;
  private final LinkedBlockingQueue<ChaincodeMessage> fromChaincode = new LinkedBlockingQueue<>();
  private int transactions;
  private boolean fails;

  /** What the chaincode answered, and the transaction. */
  record Result(Response response, ChaincodeMessage message, Simulation simulation) {}

  StreamPeer(int port) throws InterruptedException {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    toChaincode = ChaincodeGrpc.newStub(channel)
        .withWaitForReady()
        .connect(new StreamObserver<>() {
          @Override
          public void onNext(ChaincodeMessage message) {
            fromChaincode.add(message);
          }

          @Override
          public void onError(Throwable t) {
            fromChaincode.add(ChaincodeMessage.newBuilder()
                .setType(ChaincodeMessage.Type.ERROR)
                .setPayload(ByteString.copyFromUtf8(t.toString()))
                .build());
          }

          @Override
          public void onCompleted() {
            // closed
          }
        });
    ChaincodeMessage register = next();
    if (register.getType() != ChaincodeMessage.Type.REGISTER) {
      throw new IllegalStateException("expected REGISTER, got " + register);
    }
    send(ChaincodeMessage.Type.REGISTERED, "", ByteString.EMPTY);
    send(ChaincodeMessage.Type.READY, "", ByteString.EMPTY);
  }

  /** Lets every look at the state fail, or no more. */
  void fail(boolean failing) {
    this.fails = failing;
  }

  /** Calls the chaincode; commits nothing. */
  Result call(byte[] creator, Instant time, List<String> arguments)
      throws InterruptedException, InvalidProtocolBufferException {
    String id = "tx-" + transactions++;
    ChaincodeInput.Builder input = ChaincodeInput.newBuilder();
    arguments.forEach(argument -> input.addArgs(ByteString.copyFromUtf8(argument)));
    toChaincode.onNext(ChaincodeMessage.newBuilder()
        .setType(ChaincodeMessage.Type.TRANSACTION)
        .setChannelId(CHANNEL)
        .setTxid(id)
        .setPayload(input.build().toByteString())
        .setProposal(proposal(creator, time, id))
        .build());
    Simulation simulation = ledger.simulate();
    while (true) {
      ChaincodeMessage message = next();
      switch (message.getType()) {
        case COMPLETED -> {
          return new Result(Response.parseFrom(message.getPayload()), message, simulation);
        }
        case GET_STATE -> {
          String key = GetState.parseFrom(message.getPayload()).getKey();
          if (fails) {
            send(ChaincodeMessage.Type.ERROR, id, ByteString.copyFromUtf8("no state"));
          } else {
            answer(id, simulation.get(key).map(ByteString::copyFrom).orElse(ByteString.EMPTY));
          }
        }
        case PUT_STATE -> {
          PutState put = PutState.parseFrom(message.getPayload());
          simulation.put(put.getKey(), put.getValue().toByteArray());
          answer(id, ByteString.EMPTY);
        }
        case DEL_STATE -> {
          simulation.delete(DelState.parseFrom(message.getPayload()).getKey());
          answer(id, ByteString.EMPTY);
        }
        case GET_STATE_BY_RANGE -> answer(id,
            range(simulation, GetStateByRange.parseFrom(message.getPayload())));
        case QUERY_STATE_CLOSE -> answer(id, QueryResponse.getDefaultInstance().toByteString());
        default -> throw new IllegalStateException("unexpected " + message);
      }
    }
  }

  private static ByteString range(Simulation simulation, GetStateByRange range)
      throws InvalidProtocolBufferException {
    Slice slice;
    if (range.getMetadata().isEmpty()) {
      slice = new Slice(simulation.range(range.getStartKey()), "");
    } else {
      QueryMetadata metadata = QueryMetadata.parseFrom(range.getMetadata());
      slice = simulation.page(range.getStartKey(), metadata.getPageSize(),
          metadata.getBookmark());
    }
    QueryResponse.Builder response = QueryResponse.newBuilder().setId("1");
    for (Entry entry : slice.entries()) {
      response.addResults(QueryResultBytes.newBuilder()
          .setResultBytes(KV.newBuilder()
              .setKey(entry.key())
              .setValue(ByteString.copyFrom(entry.value()))
              .build()
              .toByteString()));
    }
    return response.setMetadata(QueryResponseMetadata.newBuilder()
        .setBookmark(slice.bookmark())
        .setFetchedRecordsCount(slice.entries().size())
        .build()
        .toByteString()).build().toByteString();
  }

  private static SignedProposal proposal(byte[] creator, Instant time, String id) {
    ChannelHeader channelHeader = ChannelHeader.newBuilder()
        .setType(HeaderType.ENDORSER_TRANSACTION_VALUE)
        .setChannelId(CHANNEL)
        .setTxId(id)
        .setTimestamp(Timestamp.newBuilder()
            .setSeconds(time.getEpochSecond())
            .setNanos(time.getNano()))
        .build();
    SignatureHeader signatureHeader = SignatureHeader.newBuilder()
        .setCreator(ByteString.copyFrom(creator))
        .setNonce(ByteString.copyFromUtf8(id))
        .build();
    return SignedProposal.newBuilder()
        .setProposalBytes(Proposal.newBuilder()
            .setHeader(Header.newBuilder()
                .setChannelHeader(channelHeader.toByteString())
                .setSignatureHeader(signatureHeader.toByteString())
                .build()
                .toByteString())
            .build()
            .toByteString())
        .build();
  }

  private void answer(String id, ByteString payload) {
    send(ChaincodeMessage.Type.RESPONSE, id, payload);
  }

  private void send(ChaincodeMessage.Type type, String id, ByteString payload) {
    toChaincode.onNext(ChaincodeMessage.newBuilder()
        .setType(type)
        .setChannelId(CHANNEL)
        .setTxid(id)
        .setPayload(payload)
        .build());
  }

  private ChaincodeMessage next() throws InterruptedException {
    ChaincodeMessage message = fromChaincode.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new IllegalStateException("the chaincode says nothing");
    }
    if (message.getType() == ChaincodeMessage.Type.ERROR) {
      throw new IllegalStateException(message.getPayload().toStringUtf8());
    }
    return message;
  }

  @Override
  public void close() {
    toChaincode.onCompleted();
    channel.shutdownNow();
  }
}
