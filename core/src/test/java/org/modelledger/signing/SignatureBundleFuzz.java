package org.modelledger.signing;

import java.util.List;
import org.modelledger.artifact.ArtifactFile;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.model.Digest;
import org.modelledger.model.VerificationException;

/** What {@code config/fuzz} does to signatures over models, and to the certificates in them. */
public final class SignatureBundleFuzz {
  private static final SigningKeys KEYS = SigningKeys.generate();
  private static final ModelVerifier BY_KEY = new ModelVerifier(KEYS.publicKey());
  private static final TestCertificate ROOT = TestCertificate.named("root")
      .authority()
      .selfSigned();
  private static final TestCertificate OWN = TestCertificate.named("signer").by(ROOT);
  private static final ModelVerifier BY_CERTIFICATE = new ModelVerifier(
      TrustedCertificates.of(List.of(ROOT.certificate())));

  private SignatureBundleFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    for (ModelVerifier verifier : List.of(BY_KEY, BY_CERTIFICATE)) {
      try {
        var unused = verifier.verifySignature(input);
      } catch (VerificationException e) {
        // that is the answer to what is none
      }
    }
  }

  public static List<byte[]> seeds() {
    ArtifactManifest files = new ArtifactManifest(
        List.of(new ArtifactFile("model.onnx", Digest.sha256(new byte[]{1}))));
    return List.of(new ModelSigner(KEYS).sign("acme/m", files),
        new ModelSigner(new SigningCertificate(OWN.signingKeys(), List.of(OWN.certificate())))
            .sign("acme/m", files));
  }
}
