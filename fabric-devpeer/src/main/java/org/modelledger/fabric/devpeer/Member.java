package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Set;

/**
 * An identity that an organisation of the channel has certified.
 *
 * @param mspId the organisation
 * @param units the organisational units in its certificate: its roles
 * @param certificate the certificate
 * @param serialized the identity as it stands in messages
 */
record Member(String mspId, Set<String> units, X509Certificate certificate,
    ByteString serialized) {
  Member {
    units = Set.copyOf(units);
  }

  PublicKey key() {
    return certificate.getPublicKey();
  }

  boolean signed(ByteString signature, ByteString... parts) {
    return Signatures.verify(key(), signature, parts);
  }
}
