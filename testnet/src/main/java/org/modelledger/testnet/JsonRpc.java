package org.modelledger.testnet;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node by JSON-RPC over HTTP: small, so that tests can look at a chain, or change it, past the client that they
 * are about. Safe for use by many threads; each call blocks until it is answered.
 */
public final class JsonRpc {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final URI uri;
  private final HttpClient client;
  private final AtomicLong ids = new AtomicLong();

  /**
   * Makes a client; nothing is sent yet.
   *
   * @param uri where the node listens, such as {@code http://127.0.0.1:8545}
   */
  public JsonRpc(URI uri) {
    this.uri = Objects.requireNonNull(uri, "uri");
    this.client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(TIMEOUT)
        .build();
  }

  /**
   * Calls a method.
   *
   * @param method such as {@code eth_getBlockByNumber}
   * @param parameters strings, numbers, booleans, maps and lists of such
   * @return the result: a map, list, string, number ({@code BigInteger} or {@code BigDecimal}) or boolean; empty for
   *     null
   * @throws RpcErrorException if the node answers with an error
   * @throws TestnetException if there is no answer within a minute, or none in JSON-RPC
   */
  public Optional<Object> call(String method, Object... parameters) {
    Map<String, @Nullable Object> request = new LinkedHashMap<>();
    request.put("jsonrpc", "2.0");
    request.put("id", ids.incrementAndGet());
    request.put("method", method);
    request.put("params", Arrays.asList(parameters));
    String answer = post(method, Json.write(request));
    if (!(Json.parse(answer) instanceof Map<?, ?> members)) {
      throw new TestnetException(
          method + " was answered by " + uri + " with " + answer + " instead of an object");
    }
    if (members.get("error") instanceof Map<?, ?> error) {
      long code = error.get("code") instanceof Number number ? number.longValue() : 0;
      throw new RpcErrorException(method, code, String.valueOf(error.get("message")));
    }
    return Optional.ofNullable(members.get("result"));
  }

  /**
   * Calls a method whose result is a quantity, as Ethereum writes them.
   *
   * @param method such as {@code eth_gasPrice}
   * @param parameters as for {@link #call}
   * @return the number
   * @throws RpcErrorException if the node answers with an error
   * @throws TestnetException as for {@link #call}, and if the result is no {@code 0x…} string
   */
  public BigInteger quantity(String method, Object... parameters) {
    String text = text(method, parameters);
    if (!text.matches("0x[0-9a-fA-F]+")) {
      throw new TestnetException(
          method + " resulted in " + text + " instead of a quantity such as 0x1f");
    }
    return new BigInteger(text.substring(2), 16);
  }

  /**
   * Calls a method whose result is a string.
   *
   * @param method such as {@code eth_sendRawTransaction}
   * @param parameters as for {@link #call}
   * @return the string
   * @throws RpcErrorException if the node answers with an error
   * @throws TestnetException as for {@link #call}, and if the result is no string
   */
  public String text(String method, Object... parameters) {
    Object result = call(method, parameters).orElse("null");
    if (!(result instanceof String text)) {
      throw new TestnetException(method + " resulted in " + result + " instead of a string");
    }
    return text;
  }

  /**
   * Calls a method whose result is an object.
   *
   * @param method such as {@code eth_getTransactionReceipt}
   * @param parameters as for {@link #call}
   * @return its members; empty for null
   * @throws RpcErrorException if the node answers with an error
   * @throws TestnetException as for {@link #call}, and if the result is no object
   */
  @SuppressWarnings("unchecked")
  public Optional<Map<String, Object>> object(String method, Object... parameters) {
    return call(method, parameters).map(result -> {
      if (!(result instanceof Map<?, ?> members)) {
        throw new TestnetException(method + " resulted in " + result + " instead of an object");
      }
      return (Map<String, Object>) members; // its keys are strings by the grammar of JSON
    });
  }

  /**
   * Calls a method whose result is a list.
   *
   * @param method such as {@code eth_getLogs}
   * @param parameters as for {@link #call}
   * @return its elements
   * @throws RpcErrorException if the node answers with an error
   * @throws TestnetException as for {@link #call}, and if the result is no list
   */
  @SuppressWarnings("unchecked")
  public List<Object> list(String method, Object... parameters) {
    Object result = call(method, parameters).orElse("null");
    if (!(result instanceof List<?> elements)) {
      throw new TestnetException(method + " resulted in " + result + " instead of a list");
    }
    return (List<Object>) elements;
  }

  private String post(String method, String body) {
    HttpRequest request = HttpRequest.newBuilder(uri)
        .timeout(TIMEOUT)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new TestnetException(method + " got no answer from " + uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestnetException("interrupted while " + method + " waited for " + uri, e);
    }
  }
}
