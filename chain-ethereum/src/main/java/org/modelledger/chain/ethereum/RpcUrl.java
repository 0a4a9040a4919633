package org.modelledger.chain.ethereum;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.spi.ConfigurationException;

/**
 * Where a node answers. What may be secret in it – user, password, path and query, in which providers
 * have their keys – is sent, and never shown.
 */
final class RpcUrl {
  private static final List<String> HTTP = List.of("http", "https");
  private static final List<String> WEB_SOCKET = List.of("ws", "wss");

  private final URI uri;
  private final @Nullable String authorization;

  private RpcUrl(URI uri, @Nullable String authorization) {
    this.uri = uri;
    this.authorization = authorization;
  }

  /** @throws ConfigurationException if it is not an http or https URL with a host */
  static RpcUrl http(String text) {
    return parse(text, HTTP);
  }

  /** @throws ConfigurationException if it is not a ws or wss URL with a host */
  static RpcUrl webSocket(String text) {
    return parse(text, WEB_SOCKET);
  }

  private static RpcUrl parse(String text, List<String> schemes) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      // neither the text nor the cause, which quotes it: it may contain a key
      throw new ConfigurationException("the URL of the node cannot be read: "
          + e.getReason() + " at index " + e.getIndex() + "; expected " + example(schemes));
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!schemes.contains(scheme) || uri.getHost() == null) {
      throw new ConfigurationException("the URL of the node has scheme '" + scheme + "' and "
          + (uri.getHost() == null ? "no host" : "host '" + uri.getHost() + "'") + "; expected "
          + example(schemes));
    }
    String user = uri.getUserInfo();
    String authorization = user == null
        ? null
        : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    try {
      String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      String host = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
      return new RpcUrl(new URI(scheme + "://" + host + path + query), authorization);
    } catch (URISyntaxException e) {
      throw new ConfigurationException("the URL of the node cannot be read: " + e.getReason());
    }
  }

  private static String example(List<String> schemes) {
    return schemes.getFirst() + "://host:port or " + schemes.getLast() + "://host/path";
  }

  /** Returns what to connect to, without user and password. */
  URI uri() {
    return uri;
  }

  /** Returns the value of the header {@code Authorization}. */
  Optional<String> authorization() {
    return Optional.ofNullable(authorization);
  }

  /** Shows scheme, host and port only. */
  @Override
  public String toString() {
    return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }
}
