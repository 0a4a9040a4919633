package org.modelledger.signing;

import java.util.List;
import java.util.Optional;
import org.modelledger.artifact.ArtifactFile;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelLedgerException;

/** What {@code config/fuzz} does to what a signature over a model says, once it holds. */
public final class OmsStatementFuzz {
  private static final SigningKeys KEYS = SigningKeys.generate();
  private static final Signer SIGNER = new Signer(KEYS.publicKey(), Optional.empty());

  private OmsStatementFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      var unused = OmsStatement.decode(input, SIGNER);
    } catch (ModelLedgerException e) {
      // that is the answer to what is none
    }
    try {
      var unused = OmsStatement.decodeLegacy(input, SIGNER);
    } catch (ModelLedgerException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    byte[] bundle = new ModelSigner(KEYS).sign("acme/m", new ArtifactManifest(
        List.of(new ArtifactFile("model.onnx", Digest.sha256(new byte[]{1})),
            new ArtifactFile("a/b.json", Digest.sha256(new byte[]{2})))));
    return List.of(SignatureBundle.parse(bundle).envelope().payload());
  }
}
