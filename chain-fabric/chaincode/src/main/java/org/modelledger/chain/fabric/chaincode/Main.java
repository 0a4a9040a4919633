package org.modelledger.chain.fabric.chaincode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Objects;
import java.util.Properties;

/**
 * Runs the chaincode as a service until the process is ended. Everything is set by the environment:
 *
 * <table>
 * <caption>Variables</caption>
 * <tr><th>variable</th><th>what for</th></tr>
 * <tr><td>{@code CORE_CHAINCODE_ID_NAME}</td><td>the id of the installed package, label:digest</td></tr>
 * <tr><td>{@code CHAINCODE_SERVER_ADDRESS}</td><td>host and port to listen at</td></tr>
 * <tr><td>{@code CHAINCODE_TLS_KEY}, {@code CHAINCODE_TLS_CERT}</td><td>files of the key and of the
 * certificate, PEM; without them there is no TLS</td></tr>
 * <tr><td>{@code CHAINCODE_CLIENT_CA_CERT}</td><td>file of the authority whose certificates peers have
 * to show; without it any peer may call</td></tr>
 * <tr><td>{@code MODELLEDGER_MAX_AHEAD}</td><td>how far before this machine's clock a transaction's
 * time may be, ISO 8601; {@code PT15M}</td></tr>
 * <tr><td>{@code CORE_CHAINCODE_LOGGING_LEVEL}, {@code CORE_CHAINCODE_LOGGING_SHIM}</td><td>what is
 * logged, on standard error: {@code ERROR}, {@code WARNING}, {@code INFO}, {@code DEBUG}</td></tr>
 * </table>
 */
public final class Main {
  private Main() {}

  /**
   * Serves until the process is ended.
   *
   * @param args none
   * @throws org.modelledger.spi.ConfigurationException if the environment lacks something; names it
   * @throws IOException if the address cannot be listened at
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    ServerOptions options = ServerOptions.read(System.getenv());
    new RegistryChaincode(new RegistryContract(release()), Clock.systemUTC(), options.maxAhead())
        .serve(options.properties());
  }

  /** Returns the version of this software. */
  static String release() {
    Properties release = new Properties();
    try (InputStream in = Objects
        .requireNonNull(Main.class.getResourceAsStream("release.properties"))) {
      release.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return release.getProperty("version");
  }
}
