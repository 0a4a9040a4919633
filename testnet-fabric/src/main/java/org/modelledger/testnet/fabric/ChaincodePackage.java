package org.modelledger.testnet.fabric;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * The package of a chaincode as a service, as {@code peer lifecycle chaincode install} takes it: a compressed archive of
 * {@code metadata.json} and {@code code.tar.gz}, in which {@code connection.json} says where the chaincode listens. The
 * same address gives the same bytes, and so the same id.
 */
final class ChaincodePackage {
  private static final int BLOCK = 512;

  private final String label;
  private final byte[] bytes;

  private ChaincodePackage(String label, byte[] bytes) {
    this.label = label;
    this.bytes = bytes;
  }

  /** Makes the package of a chaincode that listens there. */
  static ChaincodePackage of(String label, String address) {
    byte[] connection = utf8("{\"address\":\"" + address
        + "\",\"dial_timeout\":\"10s\",\"tls_required\":false}\n");
    byte[] metadata = utf8("{\"path\":\"\",\"type\":\"ccaas\",\"label\":\"" + label + "\"}\n");
    byte[] code = gzip(tar(file("connection.json", connection)));
    return new ChaincodePackage(label,
        gzip(tar(file("metadata.json", metadata), file("code.tar.gz", code))));
  }

  /** The file. */
  byte[] bytes() {
    return bytes.clone();
  }

  /** What Fabric calls the package once it is installed. */
  String id() {
    try {
      return label + ":"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] tar(byte[]... files) {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    for (byte[] file : files) {
      archive.writeBytes(file);
    }
    archive.writeBytes(new byte[2 * BLOCK]);
    return archive.toByteArray();
  }

  /** One file of an archive: POSIX.1-1988 (ustar), with no time and no owner. */
  private static byte[] file(String name, byte[] content) {
    int padded = (content.length + BLOCK - 1) / BLOCK * BLOCK;
    byte[] out = new byte[BLOCK + padded];
    put(out, 0, name);
    put(out, 100, "0000644");
    put(out, 108, "0000000");
    put(out, 116, "0000000");
    put(out, 124, octal(content.length, 11));
    put(out, 136, octal(0, 11));
    put(out, 148, "        "); // the check sum is taken with blanks in its place
    put(out, 156, "0");
    put(out, 257, "ustar");
    put(out, 263, "00");
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += out[i] & 0xff;
    }
    put(out, 148, octal(sum, 6) + "\0 ");
    System.arraycopy(content, 0, out, BLOCK, content.length);
    return out;
  }

  private static String octal(int value, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "o", value);
  }

  private static void put(byte[] out, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, out, offset, bytes.length);
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not in memory
    }
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
