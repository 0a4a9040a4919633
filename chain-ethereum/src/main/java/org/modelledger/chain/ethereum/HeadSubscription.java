package org.modelledger.chain.ethereum;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.support.Backoff;
import org.modelledger.chain.support.Threads;

/**
 * Tells of new blocks as the node announces them over a WebSocket ({@code eth_subscribe newHeads}), and
 * connects again, with growing waits, for as long as it is open. What it tells is a hint to look: an
 * announcement may be missing, double or of a block that is gone already; so whoever listens also
 * looks by itself from time to time.
 *
 * <p>Has a thread of its own.
 */
final class HeadSubscription implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(HeadSubscription.class.getName());
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  /** A silent connection may be dead: nodes answer pings, so without an answer it is. */
  private static final Duration PING = Duration.ofSeconds(20);
  private static final int MAX_MESSAGE = 1 << 20;
  private static final String SUBSCRIBE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_subscribe\",\"params\":[\"newHeads\"]}";

  private final RpcUrl url;
  private final Runnable onHead;
  private final HttpClient client;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean connected;

  private HeadSubscription(RpcUrl url, Runnable onHead) {
    this.url = url;
    this.onHead = onHead;
    this.client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT_TIMEOUT)
        .build();
    this.thread = Thread.ofPlatform().daemon().name("ethereum-heads " + url).unstarted(this::run);
  }

  /**
   * Begins to listen, and returns before it is connected.
   *
   * @param onHead called, on a thread of the connection, when there is news; must be quick. Also
   *     called after each connect, since something may have been missed
   */
  static HeadSubscription start(RpcUrl url, Runnable onHead) {
    HeadSubscription subscription = new HeadSubscription(url, onHead);
    subscription.thread.start();
    return subscription;
  }

  /** Says whether it is connected and subscribed: then looking by oneself may be rare. */
  boolean isConnected() {
    return connected;
  }

  private void run() {
    Backoff backoff = Backoff.between(FIRST_WAIT, LONGEST_WAIT);
    while (!closed) {
      try {
        listen(backoff);
      } catch (InterruptedException e) {
        return; // closed
      } catch (ExecutionException | TimeoutException e) {
        LOG.log(System.Logger.Level.DEBUG, "no connection to " + url, e);
      } finally {
        connected = false;
      }
      try {
        Thread.sleep(backoff.next());
      } catch (InterruptedException e) {
        return; // closed
      }
    }
  }

  /** Connects, and returns when the connection has ended. */
  private void listen(Backoff backoff)
      throws InterruptedException, ExecutionException, TimeoutException {
    Listener listener = new Listener(backoff);
    WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(CONNECT_TIMEOUT);
    url.authorization().ifPresent(value -> builder.header("Authorization", value));
    WebSocket socket = builder.buildAsync(url.uri(), listener)
        .get(CONNECT_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    try {
      socket.sendText(SUBSCRIBE, true).get(CONNECT_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
      while (!listener.ended.await(PING.toNanos(), TimeUnit.NANOSECONDS)) {
        if (listener.isSilent) {
          LOG.log(System.Logger.Level.DEBUG, "{0} does not answer any more", url);
          return;
        }
        listener.isSilent = true;
        socket.sendPing(ByteBuffer.allocate(0)).get(PING.toNanos(), TimeUnit.NANOSECONDS);
      }
    } finally {
      socket.abort();
    }
  }

  /** What comes of one connection; the WebSocket calls it for one message at a time. */
  private final class Listener implements WebSocket.Listener {
    private final Backoff backoff;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final StringBuilder text = new StringBuilder();
    private volatile boolean isSilent;

    Listener(Backoff backoff) {
      this.backoff = backoff;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      isSilent = false;
      text.append(data);
      if (text.length() > MAX_MESSAGE) {
        ended.countDown();
        return null;
      }
      if (last) {
        String message = text.toString();
        text.setLength(0);
        take(message);
      }
      socket.request(1);
      return null;
    }

    private void take(String message) {
      boolean isError;
      try {
        isError = isError(message);
      } catch (IOException e) {
        isError = true;
      }
      if (isError) {
        LOG.log(System.Logger.Level.DEBUG, "{0} does not announce new blocks", url);
        ended.countDown();
        return;
      }
      // the answer to the subscription, or a block
      connected = true;
      backoff.reset();
      onHead.run();
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      isSilent = false;
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      ended.countDown();
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      LOG.log(System.Logger.Level.DEBUG, "the connection to " + url + " failed", error);
      ended.countDown();
    }
  }

  private static boolean isError(String message) throws IOException {
    try (JsonParser json = RpcJson.FACTORY.createParser(message)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return true;
      }
      boolean isAnswer = false;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        if (field.equals("error") && json.currentToken() != JsonToken.VALUE_NULL) {
          return true;
        }
        isAnswer |= field.equals("result") || field.equals("params");
        json.skipChildren();
      }
      return !isAnswer;
    }
  }

  /** Ends the connection and waits for the thread; what it tells last may still be under way. */
  @Override
  public void close() {
    closed = true;
    Threads.end(thread);
    client.shutdownNow();
  }
}
