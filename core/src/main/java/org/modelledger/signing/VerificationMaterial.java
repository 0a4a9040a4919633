package org.modelledger.signing;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.ModelFormatException;

/** What a bundle says of its signer (OMS §4.1). Nobody signed it. */
sealed interface VerificationMaterial {
  /** The most certificates that are looked at: building chains takes time that grows with them. */
  int MAX_CERTIFICATES = 16;

  /**
   * A bare key.
   *
   * @param hint what the key is known by; releases of the reference before 1.1 have none
   */
  record Key(Optional<String> hint) implements VerificationMaterial {
    @Override
    public Map<String, Object> toTree() {
      return members("publicKey", hint.<Map<String, String>>map(text -> Map.of("hint", text))
          .orElse(Map.of()));
    }
  }

  /**
   * A certificate.
   *
   * @param chain the signer's, then those of its issuers; at least one
   */
  record Certified(List<X509Certificate> chain) implements VerificationMaterial {
    public Certified {
      chain = List.copyOf(chain);
    }

    @Override
    public Map<String, Object> toTree() {
      List<Map<String, String>> certificates = new ArrayList<>();
      for (X509Certificate certificate : chain) {
        try {
          certificates.add(
              Map.of("rawBytes", Base64.getEncoder().encodeToString(certificate.getEncoded())));
        } catch (CertificateEncodingException e) {
          throw new ModelFormatException(
              "the certificate of " + Certificates.name(certificate) + " has no DER form", e);
        }
      }
      return members("x509CertificateChain", Map.of("certificates", certificates));
    }
  }

  Map<String, Object> toTree();

  /** @throws ModelFormatException if it is none of these; names what is not supported */
  static VerificationMaterial of(JsonObject material) {
    if (material.has("certificate")) {
      throw new ModelFormatException(
          "the bundle is signed without a key of the signer's own, through"
              + " Sigstore (" + material
              + ".certificate); such keyless signatures are not supported:"
              + " verify it with a Sigstore client");
    }
    if (!material.has("x509CertificateChain")) {
      // releases before 1.1 put the key itself here, which proves nothing and is not looked at
      return new Key(material.object("publicKey").optionalString("hint"));
    }
    if (material.has("publicKey")) {
      throw new ModelFormatException(
          material + " has both a publicKey and an x509CertificateChain; expected one of them");
    }
    JsonObject chain = material.object("x509CertificateChain");
    List<JsonObject> entries = chain.objects("certificates");
    if (entries.isEmpty() || entries.size() > MAX_CERTIFICATES) {
      throw chain.wrong("certificates", "1 to " + MAX_CERTIFICATES + " certificates",
          entries.size());
    }
    return new Certified(entries.stream()
        .map(entry -> Certificates.parse(entry.toString(), entry.base64("rawBytes")))
        .toList());
  }

  private static Map<String, Object> members(String kind, Map<String, ?> content) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(kind, content);
    members.put("tlogEntries", List.of());
    return members;
  }
}
