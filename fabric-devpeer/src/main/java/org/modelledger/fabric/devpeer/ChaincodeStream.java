package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.hyperledger.fabric.protos.ledger.queryresult.KV;
import org.hyperledger.fabric.protos.ledger.queryresult.KeyModification;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.DelState;
import org.hyperledger.fabric.protos.peer.GetHistoryForKey;
import org.hyperledger.fabric.protos.peer.GetState;
import org.hyperledger.fabric.protos.peer.GetStateByRange;
import org.hyperledger.fabric.protos.peer.GetStateMetadata;
import org.hyperledger.fabric.protos.peer.PutState;
import org.hyperledger.fabric.protos.peer.PutStateMetadata;
import org.hyperledger.fabric.protos.peer.QueryMetadata;
import org.hyperledger.fabric.protos.peer.QueryResponse;
import org.hyperledger.fabric.protos.peer.QueryResponseMetadata;
import org.hyperledger.fabric.protos.peer.QueryResultBytes;
import org.hyperledger.fabric.protos.peer.QueryStateClose;
import org.hyperledger.fabric.protos.peer.QueryStateNext;
import org.hyperledger.fabric.protos.peer.StateMetadata;
import org.hyperledger.fabric.protos.peer.StateMetadataResult;
import org.jspecify.annotations.Nullable;

/**
 * The peer's side of the stream between one endorser and one chaincode process: any number of transactions at a time,
 * each one request after the other.
 */
final class ChaincodeStream implements ClientResponseObserver<ChaincodeMessage, ChaincodeMessage> {
  /** How many results go into one message. */
  private static final int BATCH = 100;

  /** Calls another chaincode within the transaction. */
  @FunctionalInterface
  interface Nested {
    ChaincodeMessage invoke(Call call, String chaincode, ChaincodeInput input)
        throws RefusedException, InterruptedException;
  }

  /** One execution of a transaction. */
  static final class Call {
    private final Organization organization;
    private final Proposed proposed;
    private final Simulation simulation;
    private final String namespace;
    private final CompletableFuture<ChaincodeMessage> done = new CompletableFuture<>();
    private final Map<String, Iterator<ByteString>> queries = new HashMap<>();
    private int queryNumber;

    Call(Organization organization, Proposed proposed, Simulation simulation, String namespace) {
      this.organization = organization;
      this.proposed = proposed;
      this.simulation = simulation;
      this.namespace = namespace;
    }

    Organization organization() {
      return organization;
    }

    Proposed proposed() {
      return proposed;
    }

    Simulation simulation() {
      return simulation;
    }
  }

  private final Nested nested;
  private final ReentrantLock sending = new ReentrantLock();
  private final ConcurrentHashMap<String, Call> calls = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> heard = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile @Nullable ClientCallStreamObserver<ChaincodeMessage> requests;

  private ChaincodeStream(Nested nested) {
    this.nested = nested;
  }

  /** Begins to connect. */
  static ChaincodeStream open(ManagedChannel channel, Nested nested) {
    ChaincodeStream stream = new ChaincodeStream(nested);
    // not in the context of the call that needs it, with which gRPC would end the stream
    Context.ROOT.run(() -> {
      var unused = ChaincodeGrpc.newStub(channel).withWaitForReady().connect(stream);
    });
    return stream;
  }

  /** One that is over before it begins. */
  static ChaincodeStream ended() {
    ChaincodeStream stream = new ChaincodeStream((call, chaincode, input) -> {
      throw new RefusedException("chaincode stream terminated");
    });
    stream.end("never connected");
    return stream;
  }

  /** Done when the chaincode has registered; failed if the stream has ended. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** Done when the chaincode has sent anything for a transaction, which it does only once it knows itself ready. */
  CompletableFuture<Void> heard() {
    return heard;
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  void cancel() {
    end("the peer has dropped the stream");
    ClientCallStreamObserver<ChaincodeMessage> to = requests;
    if (to != null) {
      to.cancel("dropped", null);
    }
  }

  /**
   * Lets the chaincode execute a transaction.
   *
   * @return COMPLETED or ERROR
   * @throws RefusedException if it does not answer in time, or the stream ends
   */
  ChaincodeMessage execute(Call call, ChaincodeInput input, Duration limit)
      throws RefusedException, InterruptedException {
    String id = call.proposed.transactionId();
    if (calls.putIfAbsent(id, call) != null) {
      throw new RefusedException("txid: " + id + "(" + call.proposed.channel() + ") exists");
    }
    try {
      if (hasEnded()) {
        throw new RefusedException("chaincode stream terminated");
      }
      send(answer(call, ChaincodeMessage.Type.TRANSACTION, input.toByteString()).toBuilder()
          .setProposal(call.proposed.signed())
          .setTimestamp(call.proposed.channelHeader().getTimestamp())
          .build());
      return call.done.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RefusedException("timeout expired while executing transaction", e);
    } catch (ExecutionException e) {
      throw new RefusedException("chaincode stream terminated", e);
    } finally {
      calls.remove(id, call);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ChaincodeMessage> observer) {
    requests = observer;
  }

  @Override
  public void onNext(ChaincodeMessage message) {
    if (!message.getTxid().isEmpty()) {
      heard.complete(null);
    }
    switch (message.getType()) {
      case REGISTER -> {
        send(ChaincodeMessage.newBuilder().setType(ChaincodeMessage.Type.REGISTERED).build());
        send(ChaincodeMessage.newBuilder().setType(ChaincodeMessage.Type.READY).build());
        ready.complete(null);
      }
      case KEEPALIVE -> {
      }
      case COMPLETED, ERROR -> {
        Call call = calls.get(message.getTxid());
        if (call != null) {
          call.done.complete(message);
        }
      }
      // the only request that waits for another chaincode
      case INVOKE_CHAINCODE -> Thread.ofVirtual().start(() -> serve(message));
      default -> serve(message);
    }
  }

  @Override
  public void onError(Throwable cause) {
    end(String.valueOf(cause.getMessage()));
  }

  @Override
  public void onCompleted() {
    end("the chaincode has closed the stream");
  }

  private void end(String why) {
    IllegalStateException cause = new IllegalStateException(why);
    ended.complete(null);
    ready.completeExceptionally(cause);
    heard.completeExceptionally(cause);
    calls.values().forEach(call -> call.done.completeExceptionally(cause));
  }

  private void serve(ChaincodeMessage request) {
    Call call = calls.get(request.getTxid());
    try {
      if (call == null) {
        throw new RefusedException("no ledger context");
      }
      send(answer(call, ChaincodeMessage.Type.RESPONSE, result(call, request)));
    } catch (RefusedException | InvalidProtocolBufferException e) {
      send(error(request, String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      send(error(request, "interrupted"));
    }
  }

  private static ChaincodeMessage error(ChaincodeMessage request, String message) {
    return ChaincodeMessage.newBuilder()
        .setType(ChaincodeMessage.Type.ERROR)
        .setTxid(request.getTxid())
        .setChannelId(request.getChannelId())
        .setPayload(ByteString.copyFromUtf8(request.getType() + " failed: transaction ID: "
            + request.getTxid() + ": " + message))
        .build();
  }

  private static ChaincodeMessage answer(Call call, ChaincodeMessage.Type type,
      ByteString payload) {
    return ChaincodeMessage.newBuilder()
        .setType(type)
        .setTxid(call.proposed.transactionId())
        .setChannelId(call.proposed.channel())
        .setPayload(payload)
        .build();
  }

  private void send(ChaincodeMessage message) {
    ClientCallStreamObserver<ChaincodeMessage> to = requests;
    if (to == null || hasEnded()) {
      return;
    }
    sending.lock();
    try {
      to.onNext(message);
    } catch (IllegalStateException e) {
      end(String.valueOf(e.getMessage())); // the call is cancelled already
    } finally {
      sending.unlock();
    }
  }

  private ByteString result(Call call, ChaincodeMessage request)
      throws InvalidProtocolBufferException, RefusedException, InterruptedException {
    ByteString payload = request.getPayload();
    String namespace = call.namespace;
    Simulation simulation = call.simulation;
    return switch (request.getType()) {
      case GET_STATE -> {
        GetState get = GetState.parseFrom(payload);
        requireNoCollection(get.getCollection());
        yield simulation.get(namespace, get.getKey()).orElse(ByteString.EMPTY);
      }
      case PUT_STATE -> {
        PutState put = PutState.parseFrom(payload);
        requireNoCollection(put.getCollection());
        simulation.put(namespace, put.getKey(), put.getValue());
        yield ByteString.EMPTY;
      }
      case DEL_STATE -> {
        DelState delete = DelState.parseFrom(payload);
        requireNoCollection(delete.getCollection());
        simulation.delete(namespace, delete.getKey());
        yield ByteString.EMPTY;
      }
      case GET_STATE_METADATA -> {
        GetStateMetadata get = GetStateMetadata.parseFrom(payload);
        requireNoCollection(get.getCollection());
        StateMetadataResult.Builder result = StateMetadataResult.newBuilder();
        simulation.metadata(namespace, get.getKey())
            .forEach((name, value) -> result
                .addEntries(StateMetadata.newBuilder().setMetakey(name).setValue(value)));
        yield result.build().toByteString();
      }
      case PUT_STATE_METADATA -> {
        PutStateMetadata put = PutStateMetadata.parseFrom(payload);
        requireNoCollection(put.getCollection());
        simulation.putMetadata(namespace, put.getKey(), put.getMetadata().getMetakey(),
            put.getMetadata().getValue());
        yield ByteString.EMPTY;
      }
      case GET_STATE_BY_RANGE -> range(call, GetStateByRange.parseFrom(payload));
      case GET_HISTORY_FOR_KEY -> {
        String key = GetHistoryForKey.parseFrom(payload).getKey();
        List<WorldState.Entry> history = simulation.history(namespace, key);
        yield opened(call, history.stream().map(ChaincodeStream::modification).iterator());
      }
      case QUERY_STATE_NEXT -> {
        String id = QueryStateNext.parseFrom(payload).getId();
        Iterator<ByteString> query = call.queries.get(id);
        if (query == null) {
          throw new RefusedException("query iterator not found");
        }
        yield batch(call, id, query);
      }
      case QUERY_STATE_CLOSE -> {
        String id = QueryStateClose.parseFrom(payload).getId();
        call.queries.remove(id);
        yield QueryResponse.newBuilder().setId(id).build().toByteString();
      }
      case INVOKE_CHAINCODE -> {
        ChaincodeSpec spec = ChaincodeSpec.parseFrom(payload);
        yield nested.invoke(call, sameChannel(call, spec.getChaincodeId().getName()),
            spec.getInput()).toByteString();
      }
      case GET_QUERY_RESULT -> throw new RefusedException(
          "rich queries are not supported: this state is ordered keys, as LevelDB's is");
      default -> throw new RefusedException(request.getType() + " is not supported by this peer");
    };
  }

  private static String sameChannel(Call call, String target) throws RefusedException {
    int slash = target.indexOf('/');
    if (slash >= 0 && !target.substring(slash + 1).equals(call.proposed.channel())) {
      throw new RefusedException("failed to find ledger for channel: "
          + target.substring(slash + 1));
    }
    String name = slash < 0 ? target : target.substring(0, slash);
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  private static void requireNoCollection(String collection) throws RefusedException {
    if (!collection.isEmpty()) {
      throw new RefusedException("collection " + collection
          + " could not be found: private data is not supported by this peer");
    }
  }

  private static ByteString range(Call call, GetStateByRange request)
      throws InvalidProtocolBufferException, RefusedException {
    QueryMetadata page = QueryMetadata.parseFrom(request.getMetadata());
    if (page.getPageSize() <= 0 && page.getBookmark().isEmpty()) {
      Simulation.Range range = call.simulation.range(call.namespace, request.getStartKey(),
          request.getEndKey());
      return opened(call, new RangeIterator(call.namespace, range));
    }
    String start = page.getBookmark().isEmpty() ? request.getStartKey() : page.getBookmark();
    Simulation.Range range = call.simulation.pagedRange(call.namespace, start, request.getEndKey());
    QueryResponse.Builder response = QueryResponse.newBuilder().setId(nextId(call));
    RangeIterator results = new RangeIterator(call.namespace, range);
    int limit = page.getPageSize() <= 0 ? Integer.MAX_VALUE : page.getPageSize();
    while (response.getResultsCount() < limit && results.hasNext()) {
      response.addResults(QueryResultBytes.newBuilder().setResultBytes(results.next()));
    }
    return response
        .setMetadata(QueryResponseMetadata.newBuilder()
            .setFetchedRecordsCount(response.getResultsCount())
            .setBookmark(range.peek().map(WorldState.Found::key).orElse(""))
            .build()
            .toByteString())
        .build()
        .toByteString();
  }

  private static String nextId(Call call) {
    call.queryNumber++;
    return call.proposed.transactionId() + "-" + call.queryNumber;
  }

  private static ByteString opened(Call call, Iterator<ByteString> results) {
    String id = nextId(call);
    call.queries.put(id, results);
    return batch(call, id, results);
  }

  private static ByteString batch(Call call, String id, Iterator<ByteString> results) {
    QueryResponse.Builder response = QueryResponse.newBuilder().setId(id);
    while (response.getResultsCount() < BATCH && results.hasNext()) {
      response.addResults(QueryResultBytes.newBuilder().setResultBytes(results.next()));
    }
    boolean more = results.hasNext();
    if (!more) {
      call.queries.remove(id);
    }
    return response.setHasMore(more).build().toByteString();
  }

  private static ByteString modification(WorldState.Entry entry) {
    return KeyModification.newBuilder()
        .setTxId(entry.transactionId())
        .setTimestamp(entry.time())
        .setIsDelete(entry.value().isEmpty())
        .setValue(entry.value().orElse(ByteString.EMPTY))
        .build()
        .toByteString();
  }

  /** What a range yields, as messages carry it; a key is noted as read when it is asked for. */
  private static final class RangeIterator implements Iterator<ByteString> {
    private final String namespace;
    private final Simulation.Range range;
    private Optional<WorldState.Found> next = Optional.empty();

    RangeIterator(String namespace, Simulation.Range range) {
      this.namespace = namespace;
      this.range = range;
    }

    @Override
    public boolean hasNext() {
      if (next.isEmpty()) {
        next = range.next();
      }
      return next.isPresent();
    }

    @Override
    public ByteString next() {
      WorldState.Found found = hasNext() ? next.get() : next.orElseThrow();
      next = Optional.empty();
      return KV.newBuilder()
          .setNamespace(namespace)
          .setKey(found.key())
          .setValue(found.value())
          .build()
          .toByteString();
    }
  }
}
