package org.modelledger.chain.local;

import java.util.Arrays;
import java.util.List;

/** What {@code config/fuzz} does to entries of a ledger. */
public final class LogEntryFuzz {
  private LogEntryFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      if (!Arrays.equals(input, LogEntry.decode(input).encode())) {
        throw new AssertionError("was read, and is written otherwise");
      }
    } catch (MalformedEntryException e) {
      // that is the answer to what is none
    }
  }

  public static List<byte[]> seeds() {
    return LogEntryTest.entries().values().stream().map(LogEntry::encode).toList();
  }
}
