package org.modelledger.evidence;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.modelledger.internal.secret.SecretFiles;
import org.modelledger.spi.ConfigurationException;

/**
 * The key that the keys of an evidence store are encrypted with: a Tink keyset in a file that only
 * its owner may read. Whoever keeps it in a key management system gives the store that system's
 * {@link Aead} instead.
 */
public final class EvidenceKeys {
  private EvidenceKeys() {}

  /**
   * Reads the keyset in a file, or makes one (AES-256-GCM) and stores it there, mode 0600.
   *
   * @throws ConfigurationException if the file is no keyset, or others may read it
   * @throws org.modelledger.model.StorageException if it cannot be read or written
   */
  public static Aead readOrCreate(Path file) {
    try {
      byte[] json = SecretFiles.readOrCreate(file, EvidenceKeys::generate);
      return TinkJsonProtoKeysetFormat
          .parseKeyset(new String(json, StandardCharsets.UTF_8), AeadConfig2026.get(),
              InsecureSecretKeyAccess.get())
          .getPrimitive(AeadConfig2026.get(), Aead.class);
    } catch (GeneralSecurityException e) {
      throw new ConfigurationException(
          file + " is not a Tink keyset in JSON for authenticated encryption", e);
    }
  }

  private static byte[] generate() {
    try {
      KeysetHandle fresh = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM,
          AeadConfig2026.get());
      return TinkJsonProtoKeysetFormat
          .serializeKeyset(fresh, AeadConfig2026.get(), InsecureSecretKeyAccess.get())
          .getBytes(StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink makes AES-256-GCM keys on every Java platform", e);
    }
  }
}
