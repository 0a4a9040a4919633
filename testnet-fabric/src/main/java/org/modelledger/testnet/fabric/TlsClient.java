package org.modelledger.testnet.fabric;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What a client shows where peers want to see a certificate before they speak.
 *
 * @param certificate a file in PEM
 * @param privateKey a file in PEM (PKCS#8)
 */
public record TlsClient(Path certificate, Path privateKey) {
  /** Checks that nothing is missing. */
  public TlsClient {
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(privateKey, "privateKey");
  }
}
