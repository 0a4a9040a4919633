package org.modelledger.chain.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes names in directories survive a crash. */
final class Durable {
  private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  private Durable() {}

  static void syncDirectory(Path directory) throws IOException {
    if (WINDOWS) {
      return; // has no handle to sync a directory by; NTFS journals names in order
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
