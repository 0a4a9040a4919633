package org.modelledger.signing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modelledger.internal.json.Json;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.ModelFormatException;

/**
 * A Sigstore bundle v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto, in its JSON form) as it is
 * used with a bare key: a hint at the key and an envelope.
 */
record SignatureBundle(Optional<String> keyHint, DsseEnvelope envelope) {
  private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final int MAX_BYTES = 128 << 20;

  byte[] toJson() {
    Map<String, Object> material = new LinkedHashMap<>();
    material.put("publicKey",
        keyHint.<Map<String, String>>map(hint -> Map.of("hint", hint)).orElse(Map.of()));
    material.put("tlogEntries", List.of());
    Map<String, Object> bundle = new LinkedHashMap<>();
    bundle.put("mediaType", MEDIA_TYPE);
    bundle.put("verificationMaterial", material);
    bundle.put("dsseEnvelope", envelope.toTree());
    return Json.write(bundle);
  }

  /** @throws ModelFormatException if the bytes are not such a bundle; names what is not supported */
  static SignatureBundle parse(byte[] json) {
    JsonObject bundle = Json.read("signature bundle", json, MAX_BYTES);
    if (!bundle.string("mediaType").equals(MEDIA_TYPE)) {
      throw bundle.wrong("mediaType", "'" + MEDIA_TYPE + "'", bundle.string("mediaType"));
    }
    JsonObject material = bundle.object("verificationMaterial");
    for (String other : List.of("certificate", "x509CertificateChain")) {
      if (material.has(other)) {
        throw new ModelFormatException("the bundle is signed with a certificate (" + material + "."
            + other + "); only signatures with a bare public key are supported");
      }
    }
    if (bundle.has("messageSignature")) {
      throw new ModelFormatException(
          "the bundle has a messageSignature; a model's signature is a dsseEnvelope");
    }
    // releases before 1.1 put the key itself here, which proves nothing and is not looked at
    return new SignatureBundle(material.object("publicKey").optionalString("hint"),
        DsseEnvelope.of(bundle.object("dsseEnvelope")));
  }
}
