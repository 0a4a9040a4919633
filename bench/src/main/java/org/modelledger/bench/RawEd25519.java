package org.modelledger.bench;

import java.security.SecureRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Ed25519 of Bouncy Castle over 256 bytes: what one signed command costs at least. */
@State(Scope.Thread)
public class RawEd25519 {
  private final byte[] message = new byte[256];
  private final Ed25519PrivateKeyParameters privateKey = new Ed25519PrivateKeyParameters(
      new SecureRandom());
  private final Ed25519PublicKeyParameters publicKey = privateKey.generatePublicKey();
  private byte[] signature = {};

  @Setup
  public void signOnce() {
    signature = sign();
  }

  byte[] sign() {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, privateKey);
    signer.update(message, 0, message.length);
    return signer.generateSignature();
  }

  boolean verify() {
    Ed25519Signer verifier = new Ed25519Signer();
    verifier.init(false, publicKey);
    verifier.update(message, 0, message.length);
    return verifier.verifySignature(signature);
  }
}
