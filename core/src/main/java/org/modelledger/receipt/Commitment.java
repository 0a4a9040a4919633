package org.modelledger.receipt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;
import org.modelledger.evidence.Salt;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;

/**
 * Binds to something without telling what: SHA-256(salt ‖ content). Without the salt nobody can tell
 * whether a guess is right; without the salt nobody can ever open it again.
 *
 * @param digest the 32 bytes that stand in the receipt
 */
public record Commitment(Digest digest) {
  public Commitment {
    Objects.requireNonNull(digest, "digest");
  }

  /** Commits to tensors by their canonical bytes. */
  public static Commitment to(Tensors tensors, Salt salt) {
    MessageDigest sha256 = Digest.sha256();
    salt.update(sha256);
    return new Commitment(Digest.of(tensors.updateCanonical(sha256).digest()));
  }

  /** Commits to a text by its bytes in UTF-8. */
  public static Commitment to(String text, Salt salt) {
    MessageDigest sha256 = Digest.sha256();
    salt.update(sha256);
    return new Commitment(Digest.of(sha256.digest(text.getBytes(StandardCharsets.UTF_8))));
  }

  /** Says whether this binds to these tensors. */
  public boolean opensTo(Tensors tensors, Salt salt) {
    return equals(to(tensors, salt));
  }

  /** Says whether this binds to this text. */
  public boolean opensTo(String text, Salt salt) {
    return equals(to(text, salt));
  }

  @Override
  public String toString() {
    return digest.hex();
  }
}
