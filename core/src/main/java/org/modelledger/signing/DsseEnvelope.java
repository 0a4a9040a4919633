package org.modelledger.signing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.modelledger.internal.json.Json;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.VerificationException;

/**
 * A DSSE v1 envelope (secure-systems-lab/dsse, envelope.md and protocol.md) with one signature: a
 * payload and its type, both signed. Immutable.
 */
public final class DsseEnvelope {
  private static final int MAX_BYTES = 128 << 20;

  private final String payloadType;
  private final byte[] payload;
  private final String keyId;
  private final byte[] signature;

  private DsseEnvelope(String payloadType, byte[] payload, String keyId, byte[] signature) {
    this.payloadType = payloadType;
    this.payload = payload;
    this.keyId = keyId;
    this.signature = signature;
  }

  /**
   * Signs a payload.
   *
   * @param payloadType such as {@code application/vnd.in-toto+json}
   * @param payload copied
   * @param keyId an unsigned hint at the key; may be empty
   */
  public static DsseEnvelope sign(String payloadType, byte[] payload, String keyId,
      SigningKeys keys) {
    Objects.requireNonNull(payloadType, "payloadType");
    Objects.requireNonNull(keyId, "keyId");
    return new DsseEnvelope(payloadType, payload.clone(), keyId,
        keys.sign(preAuthenticationEncoding(payloadType, payload)));
  }

  /**
   * Reads an envelope from JSON. Verifies nothing.
   *
   * @throws ModelFormatException if the bytes are not an envelope with exactly one signature
   */
  public static DsseEnvelope parse(byte[] json) {
    return of(Json.read("DSSE envelope", json, MAX_BYTES));
  }

  static DsseEnvelope of(JsonObject envelope) {
    List<JsonObject> signatures = envelope.objects("signatures");
    if (signatures.size() != 1) {
      throw envelope.wrong("signatures", "exactly one signature", signatures.size());
    }
    JsonObject signature = signatures.get(0);
    return new DsseEnvelope(envelope.string("payloadType"), base64(envelope, "payload"),
        signature.optionalString("keyid").orElse(""), base64(signature, "sig"));
  }

  /** Returns the envelope as JSON; equal envelopes give equal bytes. */
  public byte[] toJson() {
    return Json.write(toTree());
  }

  Map<String, Object> toTree() {
    Map<String, Object> signed = new LinkedHashMap<>();
    signed.put("sig", Base64.getEncoder().encodeToString(signature));
    signed.put("keyid", keyId);
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("payload", Base64.getEncoder().encodeToString(payload));
    envelope.put("payloadType", payloadType);
    envelope.put("signatures", List.of(signed));
    return envelope;
  }

  /**
   * Returns the payload if the signature holds.
   *
   * @param expectedType the only payload type that the caller understands
   * @return a new array
   * @throws VerificationException if the type is another one, or the signature is not by this key
   */
  public byte[] verify(String expectedType, VerificationKey key) throws VerificationException {
    if (!payloadType.equals(expectedType)) {
      throw new VerificationException("the envelope's payload type is '" + payloadType
          + "', expected '" + expectedType + "'");
    }
    key.verify(preAuthenticationEncoding(payloadType, payload), signature);
    return payload.clone();
  }

  /** Returns the payload's type, unverified. */
  public String payloadType() {
    return payloadType;
  }

  /** Returns the payload, unverified; a new array. */
  public byte[] payload() {
    return payload.clone();
  }

  /** Returns the hint at the key, which is never signed; may be empty. */
  public String keyId() {
    return keyId;
  }

  @Override
  public String toString() {
    return "DsseEnvelope[" + payloadType + ", " + payload.length + " bytes]";
  }

  /** DSSE protocol.md: what is signed is {@code "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body}. */
  static byte[] preAuthenticationEncoding(String payloadType, byte[] payload) {
    int typeLength = payloadType.getBytes(StandardCharsets.UTF_8).length;
    byte[] head = ("DSSEv1 " + typeLength + " " + payloadType + " " + payload.length + " ")
        .getBytes(StandardCharsets.UTF_8);
    byte[] encoded = new byte[Math.addExact(head.length, payload.length)];
    System.arraycopy(head, 0, encoded, 0, head.length);
    System.arraycopy(payload, 0, encoded, head.length, payload.length);
    return encoded;
  }

  /** Both alphabets are allowed to a verifier (envelope.md). */
  private static byte[] base64(JsonObject object, String name) {
    String text = object.string(name);
    boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
    try {
      return (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(object + "." + name + " is not base64: " + e.getMessage(), e);
    }
  }
}
