package org.modelledger.chain.ethereum;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.support.Backoff;
import org.modelledger.registry.LedgerUnavailableException;

/**
 * A node's JSON-RPC over HTTP, one call or many in a request.
 *
 * <p>Safe for use by many threads, which may be virtual. Blocks; an interrupted thread gets a
 * {@link LedgerUnavailableException}, with its interrupt flag set again. Repeats what is safe to
 * repeat when the node does not answer or wants fewer calls, with growing waits.
 */
final class JsonRpc implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration FIRST_WAIT = Duration.ofMillis(50);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  /** Nodes take from 2 MB (anvil) to 5 MB (geth) in a request; a single call may have more. */
  private static final long MAX_BYTES = 1 << 20;
  private static final int INVALID_REQUEST = -32600;
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int TOO_LARGE = 413;
  private static final int TOO_MANY = 429;
  private static final int MAX_SHOWN = 200;

  private final RpcUrl url;
  private final RpcOptions options;
  private final HttpClient client;
  private final Semaphore permits;
  private volatile int maxBatch;

  private JsonRpc(RpcUrl url, RpcOptions options) {
    this.url = url;
    this.options = options;
    this.permits = new Semaphore(options.maxConcurrent());
    this.maxBatch = options.maxBatch();
    // over plain text the JDK would ask for HTTP/2 with headers that some proxies refuse
    boolean isPlain = "http".equals(url.uri().getScheme());
    this.client = HttpClient.newBuilder()
        .version(isPlain ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2)
        .connectTimeout(CONNECT_TIMEOUT)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  /** Opens nothing yet: the first call connects. */
  static JsonRpc open(RpcUrl url, RpcOptions options) {
    return new JsonRpc(url, options);
  }

  /** Returns the node, to name it in a message. */
  RpcUrl url() {
    return url;
  }

  /** Returns how many calls go into one request now. */
  int maxBatch() {
    return maxBatch;
  }

  /**
   * Makes a call and returns its result.
   *
   * @throws RpcErrorException if the node answered with an error
   * @throws LedgerUnavailableException if it did not answer; a call that is not repeatable may have
   *     happened
   */
  <T> T call(RpcCall<T> call) {
    return batch(List.of(call)).getFirst().get();
  }

  /**
   * Makes calls, in as few requests as the node takes, one after the other.
   *
   * @return an answer for each call, in their order
   */
  <T> List<RpcAnswer<T>> batch(List<? extends RpcCall<? extends T>> calls) {
    List<RpcAnswer<T>> answers = new ArrayList<>(calls.size());
    while (answers.size() < calls.size()) {
      int end = end(calls, answers.size());
      List<? extends RpcCall<? extends T>> some = calls.subList(answers.size(), end);
      Optional<List<RpcAnswer<T>>> someAnswers = request(some);
      if (someAnswers.isPresent()) {
        answers.addAll(someAnswers.get());
      } else {
        maxBatch = Math.max(1, some.size() / 2);
      }
    }
    return answers;
  }

  /** Returns where the request ends that begins with a call. */
  private int end(List<? extends RpcCall<?>> calls, int begin) {
    int most = Math.min(calls.size(), begin + maxBatch);
    int end = begin + 1;
    long bytes = calls.get(begin).size();
    while (end < most && bytes + calls.get(end).size() <= MAX_BYTES) {
      bytes += calls.get(end).size();
      end++;
    }
    return end;
  }

  /** Makes one request, again while that helps; empty if the node takes no batch of this size. */
  private <T> Optional<List<RpcAnswer<T>>> request(List<? extends RpcCall<? extends T>> calls) {
    boolean isRepeatable = calls.stream().allMatch(RpcCall::isRepeatable);
    byte[] body = RpcJson.request(calls);
    Backoff backoff = Backoff.between(FIRST_WAIT, LONGEST_WAIT);
    int attempt = 1;
    while (true) {
      Exchange<T> exchange = exchange(calls, body);
      if (exchange.isTooLarge && calls.size() > 1) {
        return Optional.empty();
      }
      // a node that limits the rate has done nothing; so has one that cannot be connected to
      boolean mayRepeat = isRepeatable || exchange.didNothing;
      if (exchange.isComplete || !mayRepeat || attempt >= options.attempts()
          || !pause(backoff.next())) {
        return Optional.of(exchange.answers);
      }
      attempt++;
    }
  }

  /** Returns whether the time has passed, rather than an interrupt come. */
  private static boolean pause(Duration wait) {
    try {
      Thread.sleep(wait);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What came of one request. */
  private record Exchange<T>(List<RpcAnswer<T>> answers, boolean isComplete, boolean isTooLarge,
      boolean didNothing) {}

  private <T> Exchange<T> exchange(List<? extends RpcCall<? extends T>> calls, byte[] body) {
    HttpResponse<byte[]> response;
    try {
      response = send(body);
    } catch (IOException e) {
      return unanswered(calls, describe(e), e, isUnconnected(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unanswered(calls, "the thread was interrupted", e, false);
    }
    int status = response.statusCode();
    List<RpcJson.Raw<T>> raw;
    try {
      raw = RpcJson.answers(response.body(), calls);
    } catch (IOException | RuntimeException e) {
      // some nodes say with the status alone what is wrong, and some send an error with status 200
      if (status == OK) {
        return unanswered(calls, "its answer is not JSON-RPC: " + e.getMessage(), e, false);
      }
      return unanswered(calls, "HTTP status " + status + describe(status), null, status == TOO_MANY,
          status == TOO_LARGE);
    }
    return exchange(calls, raw, status);
  }

  private <T> Exchange<T> exchange(List<? extends RpcCall<? extends T>> calls,
      List<RpcJson.Raw<T>> raw, int status) {
    List<@Nullable RpcAnswer<T>> answers = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      answers.add(null);
    }
    RpcError general = null;
    boolean isTooLarge = false;
    boolean isLimited = false;
    for (RpcJson.Raw<T> one : raw) {
      RpcError error = one.error();
      if (error != null) {
        RpcError.Kind kind = error.kind();
        isTooLarge |= kind == RpcError.Kind.BATCH_TOO_LARGE;
        isLimited |= kind == RpcError.Kind.RATE_LIMITED || kind == RpcError.Kind.BUSY;
      }
      if (one.id() < 0) {
        general = error;
      } else if (error != null) {
        answers.set(one.id(), new RpcAnswer.Failed<>(
            new RpcErrorException(url.toString(), calls.get(one.id()).method(), error)));
      } else if (one.result().isPresent()) {
        answers.set(one.id(), new RpcAnswer.Result<>(one.result().get()));
      }
    }
    boolean isWhole = !answers.contains(null) && general == null;
    // anvil's answer to a body that is too large for it
    isTooLarge |= general != null && general.code() == INVALID_REQUEST;
    // the node may answer the first call only, with an error that is meant for all
    isTooLarge &= !isWhole || raw.stream().allMatch(one -> one.error() != null);
    List<RpcAnswer<T>> complete = new ArrayList<>(calls.size());
    for (int i = 0; i < calls.size(); i++) {
      RpcAnswer<T> answer = answers.get(i);
      if (answer == null) {
        String method = calls.get(i).method();
        answer = general != null
            ? new RpcAnswer.Failed<>(new RpcErrorException(url.toString(), method, general))
            : new RpcAnswer.Unanswered<>(new LedgerUnavailableException("the node " + url
                + " left out the answer to " + method + " (HTTP status " + status + ")"));
      }
      complete.add(answer);
    }
    boolean didNothing = isLimited
        && raw.stream()
            .allMatch(one -> one.error() != null
                && one.error().kind() == RpcError.Kind.RATE_LIMITED);
    boolean isComplete = !isLimited && (isWhole || general != null);
    return new Exchange<>(complete, isComplete, isTooLarge, didNothing);
  }

  private <T> Exchange<T> unanswered(List<? extends RpcCall<? extends T>> calls, String why,
      @Nullable Throwable cause, boolean didNothing) {
    return unanswered(calls, why, cause, didNothing, false);
  }

  private <T> Exchange<T> unanswered(List<? extends RpcCall<? extends T>> calls, String why,
      @Nullable Throwable cause, boolean didNothing, boolean isTooLarge) {
    List<RpcAnswer<T>> answers = new ArrayList<>(calls.size());
    for (RpcCall<? extends T> call : calls) {
      answers.add(new RpcAnswer.Unanswered<>(new LedgerUnavailableException(
          "the node " + url + " gave no answer to " + call.method() + ": " + why, cause)));
    }
    return new Exchange<>(answers, false, isTooLarge, didNothing);
  }

  private HttpResponse<byte[]> send(byte[] body) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + options.timeout().toNanos();
    if (!permits.tryAcquire(options.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IOException("no request ended within " + options.timeout()
          + ", and there may be " + options.maxConcurrent() + " at a time");
    }
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(url.uri())
          .header("Content-Type", "application/json")
          .timeout(options.timeout())
          .POST(HttpRequest.BodyPublishers.ofByteArray(body));
      url.authorization().ifPresent(value -> request.header("Authorization", value));
      // sendAsync, since the request's own time-out does not cover the body of the answer
      CompletableFuture<HttpResponse<byte[]>> response = client.sendAsync(request.build(),
          HttpResponse.BodyHandlers.ofByteArray());
      boolean completed = false;
      try {
        HttpResponse<byte[]> result = response.get(deadline - System.nanoTime(),
            TimeUnit.NANOSECONDS);
        completed = true;
        return result;
      } catch (ExecutionException e) {
        completed = true;
        if (e.getCause() instanceof IOException cause) {
          throw cause;
        }
        throw new IOException(e.getCause());
      } catch (TimeoutException e) {
        throw new IOException("no answer within " + options.timeout(), e);
      } finally {
        if (!completed) {
          response.cancel(true);
        }
      }
    } finally {
      permits.release();
    }
  }

  private static boolean isUnconnected(IOException e) {
    return e instanceof ConnectException
        || e instanceof HttpConnectTimeoutException;
  }

  private static String describe(IOException e) {
    String message = e.getMessage();
    String kind = e.getClass().getSimpleName();
    if (message == null || message.isEmpty()) {
      return kind;
    }
    String shown = message.length() > MAX_SHOWN ? message.substring(0, MAX_SHOWN) : message;
    return kind.equals("IOException") ? shown : kind + ": " + shown;
  }

  private static String describe(int status) {
    return switch (status) {
      case UNAUTHORIZED, FORBIDDEN -> ": it wants other credentials in its URL";
      case TOO_MANY -> ": too many calls";
      default -> "";
    };
  }

  /** Ends all calls. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
