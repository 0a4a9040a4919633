package org.modelledger.tlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that makes a log of many entries for readers that others wrote: {@code log/} and {@code
 * log.vkey} in a directory. Several threads append at full speed; an entry is the number of its thread
 * and its own number there, each four bytes, and zeros up to 256.
 */
final class StreamingWriter {

  private static final int THREADS = 4;
  private static final int ENTRY_BYTES = 256;

  private StreamingWriter() {}

  /** Takes the directory and the number of entries. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int each = Math.ceilDiv(Integer.parseInt(arguments[1]), THREADS);
    NoteSigner signer = NoteSigner.generate("modelledger.example/million", new SecureRandom());
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("log.vkey"), signer.verifier() + "\n",
        StandardCharsets.UTF_8);
    try (LogWriter log = LogWriter.open(directory.resolve("log"), LogOptions.of(signer))) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        threads.add(Thread.ofPlatform().start(() -> append(log, number, each)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    } // a thread that failed has left fewer entries, which the readers count
  }

  private static void append(LogWriter log, int thread, int count) {
    for (int i = 0; i < count; i++) {
      log.append(ByteBuffer.allocate(ENTRY_BYTES).putInt(thread).putInt(i).array());
    }
  }
}
