package org.modelledger.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** JSON-RPC by hand: texts to and fro over the JDK's HTTP client, and nothing in between. */
final class RawNode implements AutoCloseable {
  private static final String RESULT = "\"result\":\"";

  private final HttpClient client = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .build();
  private final URI uri;

  RawNode(String url) {
    uri = URI.create(url);
  }

  /** Returns one call as JSON. */
  static String call(String method, String parameters) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":[" + parameters
        + "]}";
  }

  /** Sends a body and returns the answer. */
  String send(String body) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
    String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    if (answer.contains("\"error\"")) {
      throw new IOException(answer.length() > 500 ? answer.substring(0, 500) : answer);
    }
    return answer;
  }

  /** Sends calls in one request. */
  String sendAll(List<String> calls) throws IOException, InterruptedException {
    return send("[" + String.join(",", calls) + "]");
  }

  /** Sends a call whose result is a text. */
  String ask(String method, String parameters) throws IOException, InterruptedException {
    String answer = send(call(method, parameters));
    int from = answer.indexOf(RESULT) + RESULT.length();
    return answer.substring(from, answer.indexOf('"', from));
  }

  long number(String method, String parameters) throws IOException, InterruptedException {
    return Long.decode(ask(method, parameters));
  }

  @Override
  public void close() {
    client.close();
  }
}
