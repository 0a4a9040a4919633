package org.modelledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A ledger and its home as they were written before keys had files of their own: two files of evidence of
 * version 2, six receipts with the attributes {@code customer} and {@code case}, the second of them
 * erased, and the model {@code acme/points:1} in production.
 */
public final class OldLedger {
  private static final String NAME = "ledger-before-key-files.zip";

  private OldLedger() {}

  /** Unpacks it, as {@link Fixture#builder} finds it. */
  public static void unpack(Path dir) throws IOException {
    try (InputStream resource = Objects
        .requireNonNull(OldLedger.class.getResourceAsStream(NAME), NAME);
        ZipInputStream zip = new ZipInputStream(resource)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path path = dir.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(Objects.requireNonNull(path.getParent()));
          Files.write(path, zip.readAllBytes());
          if (String.valueOf(path.getParent().getFileName()).equals("keys")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
          }
        }
      }
    }
  }
}
