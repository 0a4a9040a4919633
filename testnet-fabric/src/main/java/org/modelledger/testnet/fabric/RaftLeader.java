package org.modelledger.testnet.fabric;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Asks orderers which of them leads: each says so of itself among its metrics. */
final class RaftLeader {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  private final Pattern leads;
  private final Map<FabricNode, Integer> operationsPorts;

  RaftLeader(String channel, Map<FabricNode, Integer> operationsPorts) {
    this.leads = Pattern.compile("^consensus_etcdraft_is_leader\\{channel=\""
        + Pattern.quote(channel) + "\"\\} 1$", Pattern.MULTILINE);
    this.operationsPorts = Map.copyOf(operationsPorts);
  }

  /** Empty while they elect one, and if too few of them run. */
  Optional<FabricNode> find() {
    return operationsPorts.entrySet()
        .stream()
        .filter(orderer -> orderer.getKey().isRunning())
        .filter(orderer -> leads.matcher(metrics(orderer.getValue())).find())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static String metrics(int port) {
    HttpRequest request = HttpRequest
        .newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
        .timeout(LIMIT)
        .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return ""; // it does not answer yet, or any more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
