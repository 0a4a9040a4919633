package org.modelledger.testnet.fabric;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Somebody who may speak to the network, with the files that prove it.
 *
 * @param mspId the organisation, such as {@code Org1MSP}
 * @param name the common name of the certificate
 * @param certificate a file in PEM
 * @param privateKey a file in PEM (PKCS#8), for P-256
 * @param attributes what the certificate says of the user besides, as Fabric's certificate authority writes it and a
 *     chaincode reads it
 */
public record FabricUser(String mspId, String name, Path certificate, Path privateKey,
    Map<String, String> attributes) {
  /** Checks that nothing is missing. */
  public FabricUser {
    Objects.requireNonNull(mspId, "mspId");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(privateKey, "privateKey");
    attributes = Map.copyOf(attributes);
  }
}
