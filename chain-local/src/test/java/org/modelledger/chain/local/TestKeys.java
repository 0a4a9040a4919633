package org.modelledger.chain.local;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.modelledger.model.Digest;

/** Keys whose names say all: the same alias is the same key in every test and process. */
final class TestKeys {
  private TestKeys() {}

  static Ed25519PrivateKeyParameters ed25519(String alias) {
    MessageDigest sha256 = Digest.sha256();
    return new Ed25519PrivateKeyParameters(
        sha256.digest(("test key " + alias).getBytes(StandardCharsets.UTF_8)));
  }

  static AccountKey account(String alias) {
    return AccountKey.of(ed25519(alias));
  }

  /** Returns the alias's key file, which is made if need be. */
  static Path file(Path directory, String alias) throws IOException {
    Path file = directory.resolve(alias + ".pem");
    if (!Files.exists(file)) {
      Files.createDirectories(directory);
      Files.writeString(file, pem(ed25519(alias)));
    }
    return file;
  }

  static String pem(AsymmetricKeyParameter key) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter pem = new PemWriter(text)) {
      pem.writeObject(
          new PemObject("PRIVATE KEY",
              PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded()));
    }
    return text.toString();
  }
}
