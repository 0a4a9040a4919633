package org.modelledger.signing;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;
import org.modelledger.model.ModelFormatException;

/** The curves of OMS, each with the hash that its signatures use. */
enum Curve {
  P256("secp256r1", "SHA256withECDSA"), P384("secp384r1", "SHA384withECDSA"), P521("secp521r1",
      "SHA512withECDSA");

  /** The name of SEC 2. */
  final String standardName;
  /** The JCA name; a signature is the DER form of RFC 3279 §2.2.3. */
  final String signatureAlgorithm;

  Curve(String standardName, String signatureAlgorithm) {
    this.standardName = standardName;
    this.signatureAlgorithm = signatureAlgorithm;
  }

  ECParameterSpec parameters() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(standardName));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform lacks the curve " + standardName, e);
    }
  }

  /** @throws ModelFormatException if the key is on none of them */
  static Curve of(ECKey key) {
    ECParameterSpec found = key.getParams();
    return Arrays.stream(values()).filter(curve -> {
      ECParameterSpec known = curve.parameters();
      return known.getCurve().equals(found.getCurve())
          && known.getGenerator().equals(found.getGenerator())
          && known.getOrder().equals(found.getOrder());
    })
        .findFirst()
        .orElseThrow(() -> new ModelFormatException(
            "a key on an unknown curve of " + found.getCurve().getField().getFieldSize()
                + " bits; supported are P-256, P-384 and P-521"));
  }
}
