package org.modelledger.signing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
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
  private static final int MAX_BYTES_OF_RELEASE_02 = 16 << 20;

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
    return new DsseEnvelope(envelope.string("payloadType"), envelope.base64("payload"),
        signature.optionalString("keyid").orElse(""), signature.base64("sig"));
  }

  /** Returns the envelope as JSON; equal envelopes give equal bytes. */
  public byte[] toJson() {
    return Json.write(toTree());
  }

  DsseEnvelope withKeyId(String other) {
    return new DsseEnvelope(payloadType, payload, other, signature);
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

  /**
   * Says whether release 0.2 of the OMS reference signed this with the key. It signed another text
   * than DSSE says, by SHA-256 for keys of any curve.
   */
  boolean isByRelease02(String expectedType, VerificationKey key) {
    return payloadType.equals(expectedType) && payload.length <= MAX_BYTES_OF_RELEASE_02
        && key.isSignature(encodingOfRelease02(payloadType, payload), signature,
            Curve.P256.signatureAlgorithm);
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

  /** The text of a Python program that put {@code repr} of the payload where its bytes belong. */
  private static byte[] encodingOfRelease02(String payloadType, byte[] payload) {
    return ("DSSEV1 " + payloadType.length() + " " + payloadType + " " + payload.length + " "
        + pythonLiteral(payload)).getBytes(StandardCharsets.UTF_8);
  }

  /** Python language reference §2.4.1, as {@code repr} of bytes writes it. */
  private static String pythonLiteral(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder literal = new StringBuilder(text.length() + 3).append('b').append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> literal.append("\\n");
        case '\r' -> literal.append("\\r");
        case '\t' -> literal.append("\\t");
        default -> {
          if (c == quote || c == '\\') {
            literal.append('\\').append(c);
          } else if (c < ' ' || c > '~') {
            literal.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
          } else {
            literal.append(c);
          }
        }
      }
    }
    return literal.append(quote).toString();
  }
}
