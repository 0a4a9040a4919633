package org.modelledger.artifact;

import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;

/** The content of a stored file is not what was stored. Names the file and both digests. */
public final class ArtifactCorruptException extends ModelFormatException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String expectedHex;
  private final String foundHex;

  ArtifactCorruptException(String file, Digest expected, Digest found) {
    super("corrupt: " + file + " should have the digest " + expected + ", but its content has "
        + found);
    this.file = file;
    expectedHex = expected.hex();
    foundHex = found.hex();
  }

  /** @param position how many plain bytes came before what does not decrypt */
  ArtifactCorruptException(String file, Digest expected, Digest found, long position,
      Throwable cause) {
    super("corrupt: " + file + " should have the digest " + expected
        + ", but its encrypted content does not decrypt from byte " + position + " on, and what"
        + " comes before has the digest " + found, cause);
    this.file = file;
    expectedHex = expected.hex();
    foundHex = found.hex();
  }

  /** Returns the name of the file within the artifact, or its path within the store. */
  public String file() {
    return file;
  }

  /** Returns the digest that the file was stored under. */
  public Digest expected() {
    return new Digest(expectedHex);
  }

  /** Returns the digest of what was read: of an encrypted file, of what came before the damage. */
  public Digest found() {
    return new Digest(foundHex);
  }
}
