package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.orderer.SeekPosition;
import org.hyperledger.fabric.protos.peer.BlockAndPrivateData;
import org.hyperledger.fabric.protos.peer.DeliverGrpc;
import org.hyperledger.fabric.protos.peer.DeliverResponse;

/** Delivers blocks: whole, filtered, or with the private data that there is none of. */
final class DeliverService extends DeliverGrpc.DeliverImplBase {
  /** How far the clock of a client may be off. */
  private static final Duration TIME_WINDOW = Duration.ofMinutes(15);

  private final Network network;
  private final ExecutorService executor;
  private final Tls tls;

  DeliverService(Network network, ExecutorService executor, Tls tls) {
    this.network = network;
    this.executor = executor;
    this.tls = tls;
  }

  @Override
  public StreamObserver<Envelope> deliver(StreamObserver<DeliverResponse> observer) {
    return serve(observer, block -> DeliverResponse.newBuilder().setBlock(block).build());
  }

  @Override
  public StreamObserver<Envelope> deliverFiltered(StreamObserver<DeliverResponse> observer) {
    return serve(observer, block -> DeliverResponse.newBuilder()
        .setFilteredBlock(BlockReader.filtered(network.channel(), block))
        .build());
  }

  @Override
  public StreamObserver<Envelope> deliverWithPrivateData(
      StreamObserver<DeliverResponse> observer) {
    return serve(observer, block -> DeliverResponse.newBuilder()
        .setBlockAndPrivateData(BlockAndPrivateData.newBuilder().setBlock(block))
        .build());
  }

  private StreamObserver<Envelope> serve(StreamObserver<DeliverResponse> observer,
      Function<Block, DeliverResponse> form) {
    Outlet<DeliverResponse> outlet = new Outlet<>(observer, network.ledger());
    LinkedBlockingQueue<Optional<Envelope>> requests = new LinkedBlockingQueue<>();
    executor.execute(Context.current().wrap(() -> answer(requests, outlet, form)));
    return new StreamObserver<>() {
      @Override
      public void onNext(Envelope envelope) {
        requests.add(Optional.of(envelope));
      }

      @Override
      public void onError(Throwable cause) {
        requests.add(Optional.empty());
      }

      @Override
      public void onCompleted() {
        requests.add(Optional.empty());
      }
    };
  }

  /** One request after the other, until one fails or the client has no more. */
  private void answer(LinkedBlockingQueue<Optional<Envelope>> requests,
      Outlet<DeliverResponse> outlet, Function<Block, DeliverResponse> form) {
    try {
      for (Optional<Envelope> request = requests.take(); request
          .isPresent(); request = requests.take()) {
        Status status = seek(request.get(), outlet, form);
        if (outlet.isCancelled()) {
          return;
        }
        outlet.send(DeliverResponse.newBuilder().setStatus(status).build());
        if (status != Status.SUCCESS) {
          break;
        }
      }
      outlet.complete();
    } catch (InterruptedException e) {
      outlet.fail(io.grpc.Status.UNAVAILABLE.withDescription("the peer is closed").asException());
    }
  }

  private Status seek(Envelope envelope, Outlet<DeliverResponse> outlet,
      Function<Block, DeliverResponse> form) throws InterruptedException {
    SeekInfo info;
    try {
      Payload payload = Payload.parseFrom(envelope.getPayload());
      ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
      ByteString creator = SignatureHeader.parseFrom(payload.getHeader().getSignatureHeader())
          .getCreator();
      info = SeekInfo.parseFrom(payload.getData());
      if (!tls.isBound(header.getTlsCertHash()) || !isNow(header)) {
        return Status.BAD_REQUEST;
      }
      if (!header.getChannelId().equals(network.channel())) {
        return Status.NOT_FOUND;
      }
      if (Members.hasExpired(creator) || !network.members()
          .member(creator)
          .signed(envelope.getSignature(),
              envelope.getPayload())) {
        return Status.FORBIDDEN;
      }
    } catch (InvalidProtocolBufferException e) {
      return Status.BAD_REQUEST;
    } catch (RefusedException e) {
      return Status.FORBIDDEN;
    }
    long height = network.ledger().height();
    Optional<Long> start = number(info.getStart(), height);
    Optional<Long> stop = info.getStart().equals(info.getStop())
        ? start
        : number(info.getStop(), height);
    if (start.isEmpty() || stop.isEmpty() || stop.get() < start.get()) {
      return Status.BAD_REQUEST;
    }
    for (long number = start.get(); number <= stop.get(); number++) {
      if (info.getBehavior() == SeekInfo.SeekBehavior.FAIL_IF_NOT_READY
          && number >= network.ledger().height()) {
        return Status.NOT_FOUND;
      }
      Optional<Block> block = network.ledger().await(number, outlet::isCancelled);
      if (block.isEmpty()) {
        return Status.SERVICE_UNAVAILABLE;
      }
      outlet.send(form.apply(number > 0
          && info.getContentType() == SeekInfo.SeekContentType.HEADER_WITH_SIG
              ? block.get().toBuilder().setData(BlockData.getDefaultInstance()).build()
              : block.get()));
    }
    return Status.SUCCESS;
  }

  private static boolean isNow(ChannelHeader header) {
    return header.hasTimestamp() && Duration.between(
        Instant.ofEpochSecond(header.getTimestamp().getSeconds(), header.getTimestamp().getNanos()),
        Instant.now()).abs().compareTo(TIME_WINDOW) <= 0;
  }

  /** The number that a position has; a client that wants no end asks for the largest one there is. */
  private static Optional<Long> number(SeekPosition position, long height) {
    return switch (position.getTypeCase()) {
      case OLDEST -> Optional.of(0L);
      case NEWEST -> Optional.of(height - 1);
      case NEXT_COMMIT -> Optional.of(height);
      case SPECIFIED -> Optional.of(position.getSpecified().getNumber() < 0
          ? Long.MAX_VALUE
          : position.getSpecified().getNumber());
      case TYPE_NOT_SET -> Optional.empty();
    };
  }
}
