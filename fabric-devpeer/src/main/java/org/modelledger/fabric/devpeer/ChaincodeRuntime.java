package org.modelledger.fabric.devpeer;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/** A chaincode that runs as a service: where it listens, and a stream to it for each organisation's endorser. */
final class ChaincodeRuntime implements AutoCloseable {
  /** One stream for each organisation's endorser. */
  private record Connected(Map<String, ChaincodeStream> streams, ChaincodeStream last) {
    boolean hasEnded() {
      return last.hasEnded() || streams.values().stream().anyMatch(ChaincodeStream::hasEnded);
    }
  }

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);

  private final String name;
  private final String endpoint;
  private final List<String> organizations;
  private final Duration connectLimit;
  private final ChaincodeStream.Nested nested;
  private final ManagedChannel channel;
  private final ReentrantLock connecting = new ReentrantLock();
  private volatile Connected current;

  ChaincodeRuntime(String name, DevPeer.Builder.Chaincode chaincode, List<String> organizations,
      Duration connectLimit, ChaincodeStream.Nested nested, ExecutorService executor) {
    this.name = name;
    this.endpoint = chaincode.endpoint();
    this.organizations = List.copyOf(organizations);
    this.connectLimit = connectLimit;
    this.nested = nested;
    this.current = new Connected(Map.of(), ChaincodeStream.ended());
    this.channel = Grpc
        .newChannelBuilder(endpoint,
            chaincode.tlsRoot().map(Tls::client).orElseGet(InsecureChannelCredentials::create))
        .executor(executor)
        .maxInboundMessageSize(DevPeer.MAX_MESSAGE)
        .build();
  }

  /**
   * The stream of an organisation's endorser. All of them are connected at once, one after the other, this one last, and
   * the others are not used before something has come from this one: the Java shim keeps one state for all its streams,
   * and drops what comes in on any of them while another one registers or has not yet read that it is ready.
   */
  ChaincodeStream stream(String organization) throws RefusedException, InterruptedException {
    Connected connected = current;
    if (connected.hasEnded()) {
      connected = connectAll(organization);
    }
    ChaincodeStream stream = connected.streams().get(organization);
    if (stream == null) {
      throw new RefusedException(organization + " has no endorser");
    }
    if (!stream.equals(connected.last())) {
      try {
        connected.last().heard().get(connectLimit.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        drop();
        throw new RefusedException("chaincode " + name + " at " + endpoint
            + " has registered and is silent since", e);
      } catch (ExecutionException e) {
        throw new RefusedException("chaincode stream terminated", e);
      }
    }
    return stream;
  }

  private Connected connectAll(String lastOne) throws RefusedException, InterruptedException {
    connecting.lockInterruptibly();
    try {
      if (!current.hasEnded()) {
        return current;
      }
      drop();
      long deadline = System.nanoTime() + connectLimit.toNanos();
      List<String> order = new ArrayList<>(organizations);
      order.remove(lastOne);
      order.add(lastOne);
      Map<String, ChaincodeStream> streams = new HashMap<>();
      try {
        ChaincodeStream last = connect(deadline, order.getFirst(), streams);
        for (String each : order.subList(1, order.size())) {
          last = connect(deadline, each, streams);
        }
        current = new Connected(Map.copyOf(streams), last);
        return current;
      } finally {
        if (streams.size() < order.size()) {
          streams.values().forEach(ChaincodeStream::cancel);
        }
      }
    } finally {
      connecting.unlock();
    }
  }

  /** Ends the streams, as if the connection had been lost. */
  void drop() {
    current.streams().values().forEach(ChaincodeStream::cancel);
  }

  private ChaincodeStream connect(long deadline, String organization,
      Map<String, ChaincodeStream> streams) throws RefusedException, InterruptedException {
    Throwable why = null;
    while (System.nanoTime() < deadline) {
      ChaincodeStream stream = ChaincodeStream.open(channel, nested);
      try {
        while (System.nanoTime() < deadline) {
          try {
            stream.ready().get(BETWEEN_ATTEMPTS.toNanos(), TimeUnit.NANOSECONDS);
            streams.put(organization, stream);
            return stream;
          } catch (TimeoutException e) {
            channel.resetConnectBackoff();
          }
        }
      } catch (ExecutionException e) {
        why = e.getCause(); // it listens but does not talk yet, or it has just been stopped
        TimeUnit.NANOSECONDS.sleep(BETWEEN_ATTEMPTS.toNanos());
      } catch (InterruptedException e) {
        stream.cancel();
        throw e;
      }
      stream.cancel();
    }
    throw new RefusedException("could not launch chaincode " + name + ": connection to " + endpoint
        + " failed" + (why == null ? "" : ": " + why.getMessage()));
  }

  @Override
  public void close() {
    drop();
    channel.shutdownNow();
  }
}
