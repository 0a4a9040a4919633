package org.modelledger.chain.ethereum;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.web3j.crypto.TransactionDecoder;

/** Stands before a node and refuses a transaction whose nonce is not the next one, as some sequencers do. */
final class StrictNode implements AutoCloseable {
  private static final String SEND = "eth_sendRawTransaction";
  private static final Duration OVERTAKING = Duration.ofSeconds(2);

  private final URI node;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();
  private final FaultyNode front;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicInteger sending = new AtomicInteger();
  private long next;

  final AtomicInteger refused = new AtomicInteger();
  /** Requests that came while another one was being answered, after the first refusal was told. */
  final AtomicInteger besideOthers = new AtomicInteger();
  private final CountDownLatch refusal = new CountDownLatch(1);

  /** @param next the account's next nonce */
  StrictNode(URI node, long next) throws IOException {
    this.node = node;
    this.next = next;
    this.front = new FaultyNode(this::answer);
  }

  String url() {
    return front.url();
  }

  private FaultyNode.Answer answer(String request) {
    try {
      return FaultyNode.Answer.ok(request.contains(SEND) ? send(request) : forward(request));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String send(String request) throws IOException, InterruptedException {
    boolean isTold = refusal.getCount() == 0;
    if (sending.incrementAndGet() > 1 && isTold) {
      besideOthers.incrementAndGet();
    }
    try {
      JsonNode calls = mapper.readTree(request);
      List<String> answers = new ArrayList<>();
      boolean refuses = false;
      letItBeOvertaken(nonce(calls.isArray() ? calls.get(0) : calls));
      for (JsonNode call : calls.isArray() ? calls : mapper.createArrayNode().add(calls)) {
        long nonce = nonce(call);
        lock.lock();
        try {
          if (nonce > next) {
            refuses = true;
            refused.incrementAndGet();
            answers.add("{\"jsonrpc\":\"2.0\",\"id\":" + call.get("id")
                + ",\"error\":{\"code\":-32000,\"message\":\"nonce too high\"}}");
          } else {
            answers.add(forward(call.toString()));
            next = Math.max(next, nonce + 1);
          }
        } finally {
          lock.unlock();
        }
      }
      if (refuses) {
        refusal.countDown();
      }
      return calls.isArray() ? "[" + String.join(",", answers) + "]" : answers.getFirst();
    } finally {
      sending.decrementAndGet();
    }
  }

  private static long nonce(JsonNode call) {
    return TransactionDecoder.decode(call.get("params").get(0).asText())
        .getNonce()
        .longValueExact();
  }

  /** Before the first refusal, what comes in order waits a while for what does not. */
  private void letItBeOvertaken(long nonce) throws InterruptedException {
    boolean isInOrder;
    lock.lock();
    try {
      isInOrder = nonce <= next;
    } finally {
      lock.unlock();
    }
    if (isInOrder) {
      var unused = refusal.await(OVERTAKING.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private String forward(String request) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(node)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(request))
        .build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  @Override
  public void close() {
    front.close();
    client.close();
  }
}
