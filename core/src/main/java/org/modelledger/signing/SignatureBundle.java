package org.modelledger.signing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.modelledger.internal.json.Json;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.ModelFormatException;

/**
 * A Sigstore bundle v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto, in its JSON form) as OMS
 * uses it with keys and certificates: something about the signer and an envelope.
 */
record SignatureBundle(VerificationMaterial material, DsseEnvelope envelope) {
  private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final int MAX_BYTES = 128 << 20;

  byte[] toJson() {
    Map<String, Object> bundle = new LinkedHashMap<>();
    bundle.put("mediaType", MEDIA_TYPE);
    bundle.put("verificationMaterial", material.toTree());
    bundle.put("dsseEnvelope", envelope.toTree());
    return Json.write(bundle);
  }

  /** Returns the same signature with nothing around it but what {@link ModelSigner} writes there. */
  SignatureBundle asWritten(Signer signer) {
    VerificationMaterial written = material instanceof VerificationMaterial.Key
        ? new VerificationMaterial.Key(Optional.of(signer.key().hint()))
        : material;
    return new SignatureBundle(written, envelope.withKeyId(""));
  }

  /** @throws ModelFormatException if the bytes are not such a bundle; names what is not supported */
  static SignatureBundle parse(byte[] json) {
    JsonObject bundle = Json.read("signature bundle", json, MAX_BYTES);
    if (!bundle.string("mediaType").equals(MEDIA_TYPE)) {
      throw bundle.wrong("mediaType", "'" + MEDIA_TYPE + "'", bundle.string("mediaType"));
    }
    VerificationMaterial material = VerificationMaterial
        .of(bundle.object("verificationMaterial"));
    if (bundle.has("messageSignature")) {
      throw new ModelFormatException(
          "the bundle has a messageSignature; a model's signature is a dsseEnvelope");
    }
    return new SignatureBundle(material, DsseEnvelope.of(bundle.object("dsseEnvelope")));
  }
}
