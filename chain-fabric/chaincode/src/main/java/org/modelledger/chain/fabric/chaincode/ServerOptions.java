package org.modelledger.chain.fabric.chaincode;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.modelledger.spi.ConfigurationException;

/**
 * What the environment says.
 *
 * @param address where to listen
 * @param tls how to prove to peers who this is; empty for none
 * @param maxAhead how far before this machine's clock a transaction's time may be
 */
record ServerOptions(InetSocketAddress address, Optional<Tls> tls, Duration maxAhead) {
  private static final String ID = "CORE_CHAINCODE_ID_NAME";
  private static final String ADDRESS = "CHAINCODE_SERVER_ADDRESS";
  private static final String TLS_KEY = "CHAINCODE_TLS_KEY";
  private static final String TLS_CERTIFICATE = "CHAINCODE_TLS_CERT";
  private static final String CLIENT_AUTHORITY = "CHAINCODE_CLIENT_CA_CERT";
  private static final String MAX_AHEAD = "MODELLEDGER_MAX_AHEAD";
  private static final Duration DEFAULT_MAX_AHEAD = Duration.ofMinutes(15);

  /**
   * The files of a key and its certificate.
   *
   * @param clientAuthority whose certificates peers have to show; empty if any peer may call
   */
  record Tls(String key, String certificate, Optional<String> clientAuthority) {}

  /**
   * Reads the environment.
   *
   * @throws ConfigurationException if a variable is missing or wrong; names it
   */
  static ServerOptions read(Map<String, String> environment) {
    required(environment, ID, "the id of the installed package, label:digest");
    return new ServerOptions(
        address(required(environment, ADDRESS, "the address to listen at, host:port")),
        tls(environment), maxAhead(environment));
  }

  /** Returns them as Fabric's libraries want them. */
  ChaincodeServerProperties properties() {
    ChaincodeServerProperties properties = new ChaincodeServerProperties();
    properties.setServerAddress(address);
    // a peer keeps its one stream for as long as it runs
    properties.setMaxConnectionAgeSeconds(Integer.MAX_VALUE);
    tls.ifPresent(files -> {
      properties.setTlsEnabled(true);
      properties.setKeyFile(files.key());
      properties.setKeyCertChainFile(files.certificate());
      files.clientAuthority().ifPresent(properties::setTrustCertCollectionFile);
    });
    return properties;
  }

  private static InetSocketAddress address(String text) {
    try {
      URI uri = new URI("tcp://" + text);
      if (uri.getHost() != null && uri.getPort() >= 0) {
        return new InetSocketAddress(uri.getHost(), uri.getPort());
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new ConfigurationException(
        ADDRESS + " is '" + text + "'; expected the address to listen at, host:port");
  }

  private static Optional<Tls> tls(Map<String, String> environment) {
    Optional<String> key = value(environment, TLS_KEY);
    Optional<String> certificate = value(environment, TLS_CERTIFICATE);
    Optional<String> authority = value(environment, CLIENT_AUTHORITY);
    if (key.isEmpty() != certificate.isEmpty() || (authority.isPresent() && key.isEmpty())) {
      throw new ConfigurationException("the environment has some of " + TLS_KEY + ", "
          + TLS_CERTIFICATE + " and " + CLIENT_AUTHORITY
          + "; expected none, the first two, or all three");
    }
    return key.map(file -> new Tls(file, certificate.orElseThrow(), authority));
  }

  private static Duration maxAhead(Map<String, String> environment) {
    String text = value(environment, MAX_AHEAD).orElse(DEFAULT_MAX_AHEAD.toString());
    try {
      Duration maxAhead = Duration.parse(text);
      if (!maxAhead.isNegative()) {
        return maxAhead;
      }
    } catch (DateTimeParseException e) {
      // said below
    }
    throw new ConfigurationException(
        MAX_AHEAD + " is '" + text + "'; expected a duration such as PT15M");
  }

  private static String required(Map<String, String> environment, String variable,
      String expected) {
    return value(environment, variable).orElseThrow(() -> new ConfigurationException(
        "the environment has no " + variable + "; expected " + expected));
  }

  private static Optional<String> value(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
  }
}
