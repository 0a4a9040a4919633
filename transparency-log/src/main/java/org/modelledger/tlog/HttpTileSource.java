package org.modelledger.tlog;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads a log over HTTP, with bounds on everything that the server decides. */
final class HttpTileSource implements TileSource {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newBuilder()
      .connectTimeout(CONNECT)
      .followRedirects(HttpClient.Redirect.NEVER)
      .build();
  private final String base;
  private final Duration limit;

  HttpTileSource(URI base) {
    this(base, ANSWER);
  }

  HttpTileSource(URI base, Duration limit) {
    String scheme = base.getScheme();
    if (!("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
        || base.getHost() == null || base.getRawQuery() != null || base.getRawFragment() != null
        || base.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "a log's prefix is an http or https URI with a host and a path, and nothing more");
    }
    String text = base.toString();
    this.base = text.endsWith("/") ? text : text + "/";
    this.limit = limit;
  }

  @Override
  public Optional<byte[]> read(String path, int maxBytes) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
        .timeout(limit)
        .header("Accept-Encoding", "gzip, identity")
        .build();
    CompletableFuture<HttpResponse<byte[]>> sent = client.sendAsync(request,
        info -> new Bounded(maxBytes, packed(maxBytes)));
    HttpResponse<byte[]> response;
    try {
      // the request's own limit ends with the headers; this one covers the body
      response = sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      var unused = sent.cancel(true);
      throw new IOException("no whole answer within " + limit, e);
    } catch (InterruptedException e) {
      var unused = sent.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the answer");
    } catch (ExecutionException e) {
      throw new IOException(Text.describe(e.getCause()), e.getCause());
    }
    return switch (response.statusCode()) {
      case 200 -> Optional.of(decode(response.headers(), response.body(), maxBytes));
      case 404, 410 -> Optional.empty();
      default -> throw new IOException("the server answered with status " + response.statusCode());
    };
  }

  /** Returns how long gzip may make so many bytes that it cannot compress. */
  private static int packed(int bytes) {
    return bytes + bytes / 1000 + 64;
  }

  private static byte[] decode(HttpHeaders headers, byte[] body, int maxBytes) throws IOException {
    String encoding = headers.firstValue("Content-Encoding").orElse("identity");
    if (encoding.equalsIgnoreCase("identity")) {
      if (body.length > maxBytes) {
        throw tooLong(maxBytes);
      }
      return body;
    }
    if (!encoding.equalsIgnoreCase("gzip")) {
      throw new IOException("the server answered with the encoding " + Text.quote(encoding)
          + ", wanted gzip or identity");
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] bytes = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw tooLong(maxBytes);
      }
      return bytes;
    }
  }

  private static IOException tooLong(int maxBytes) {
    return new IOException("the answer has more than " + maxBytes + " bytes");
  }

  @Override
  public String toString() {
    return base;
  }

  /** Collects a body of at most so many bytes. */
  private static final class Bounded implements BodySubscriber<byte[]> {

    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int maxBytes;
    private final int limit;
    private Flow.@Nullable Subscription subscription;

    Bounded(int maxBytes, int limit) {
      this.maxBytes = maxBytes;
      this.limit = limit;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        if (buffer.remaining() > limit - bytes.size()) {
          if (subscription != null) {
            subscription.cancel();
          }
          body.completeExceptionally(tooLong(maxBytes));
          return;
        }
        byte[] chunk = new byte[buffer.remaining()];
        buffer.get(chunk);
        bytes.writeBytes(chunk);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes.toByteArray());
    }
  }
}
