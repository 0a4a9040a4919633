package org.modelledger.artifact;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.Hkdf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.modelledger.model.Digest;

/**
 * Encrypts and decrypts stored files, in pieces of 64 KiB, so that neither takes memory for a whole file;
 * docs/formats/artifact-store.md has the layout. A seal at the end binds the pieces to the digest and size
 * of what they are, so that a piece that is read alone is known to be of that file, too. Safe for use by
 * several threads.
 */
final class BlobCipher {
  /** What stands before the pieces: magic, version, number of the key. */
  static final int HEADER_BYTES = 28;
  /** What stands behind them. */
  static final int SEAL_BYTES = 32;

  private static final byte[] MAGIC = "ModelLedger-blob".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int PIECE_BYTES = 1 << 16;
  private static final int KEY_BYTES = 32;
  private static final String MAC = "HmacSHA256";

  private final byte[] header;
  // Tink's streaming AEAD: each file has a key of its own, derived by HKDF from 32 random bytes in front
  private final AesGcmHkdfStreaming stream;
  private final SecretKeySpec sealKey;

  BlobCipher(long number, byte[] key) {
    this.header = ByteBuffer.allocate(HEADER_BYTES)
        .put(MAGIC)
        .putInt(VERSION)
        .putLong(number)
        .array();
    try {
      this.stream = new AesGcmHkdfStreaming(derive(key, "modelledger blob pieces 1"), "HmacSha256",
          KEY_BYTES, PIECE_BYTES, 0);
      this.sealKey = new SecretKeySpec(derive(key, "modelledger blob seal 1"), MAC);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256 and AES-GCM", e);
    }
  }

  private static byte[] derive(byte[] key, String purpose) throws GeneralSecurityException {
    return Hkdf.computeHkdf("HmacSha256", key, new byte[0],
        purpose.getBytes(StandardCharsets.US_ASCII), KEY_BYTES);
  }

  private byte[] seal(byte[] pieces, Digest digest, long size) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(sealKey);
      mac.update(header);
      mac.update(pieces);
      mac.update(digest.bytes());
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(size).array());
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256 (Mac javadoc)", e);
    }
  }

  /** Begins to encrypt into a new file. */
  Writer writer(Disk.NewFile file) throws IOException {
    return new Writer(file);
  }

  /** Encrypts what is written to it. */
  final class Writer {
    private final Disk.NewFile file;
    private final ByteBuffer front = ByteBuffer.allocate(stream.getHeaderLength());
    private final WritableByteChannel pieces;

    private Writer(Disk.NewFile file) throws IOException {
      this.file = file;
      file.write(ByteBuffer.wrap(header));
      try {
        pieces = stream.newEncryptingChannel(new Pieces(), header);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES-GCM encrypts with a key of 256 bits", e);
      }
    }

    void write(ByteBuffer plain) throws IOException {
      while (plain.hasRemaining()) {
        int unused = pieces.write(plain);
      }
    }

    /** Writes what is left, and the seal. */
    void finish(Digest digest, long size) throws IOException {
      pieces.close();
      file.write(ByteBuffer.wrap(seal(front.array(), digest, size)));
    }

    /** Remembers what the pieces begin with: no other file begins so. */
    private final class Pieces implements WritableByteChannel {
      @Override
      public int write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        ByteBuffer copy = bytes.duplicate();
        while (front.hasRemaining() && copy.hasRemaining()) {
          front.put(copy.get());
        }
        file.write(bytes);
        return length;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {
        // the file gets its seal yet
      }
    }
  }

  /**
   * Opens the pieces of a file for decryption.
   *
   * @param path for messages
   * @throws DamagedException if it does not begin or end as a file of this digest and size would
   */
  SeekableByteChannel decrypt(FileWindow file, Path path, Digest digest, long size)
      throws IOException {
    int front = stream.getHeaderLength();
    if (file.size() < HEADER_BYTES + front + SEAL_BYTES) {
      throw new DamagedException(path + " is too short for an encrypted file");
    }
    if (!MessageDigest.isEqual(header, file.read(0, HEADER_BYTES))) {
      throw new DamagedException(path + " does not begin as a file that the store's key encrypted");
    }
    byte[] seal = seal(file.read(HEADER_BYTES, front), digest, size);
    if (!MessageDigest.isEqual(seal, file.read(file.size() - SEAL_BYTES, SEAL_BYTES))) {
      throw new DamagedException("the seal of " + path + " is not that of " + digest);
    }
    SeekableByteChannel plain = pieces(file, path);
    if (plain.size() != size) {
      throw new DamagedException(path + " has not the length of " + size + " bytes encrypted");
    }
    return plain;
  }

  private SeekableByteChannel pieces(FileWindow file, Path path) throws IOException {
    try {
      return stream.newSeekableDecryptingChannel(
          file.part(HEADER_BYTES, file.size() - SEAL_BYTES), header);
    } catch (GeneralSecurityException | IOException e) {
      if (file.hasFailed() && e instanceof IOException failure) {
        throw failure;
      }
      throw new DamagedException(path + " does not decrypt: " + e.getMessage(), e);
    }
  }

  /** An encrypted file is not what was written. */
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }

    DamagedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
