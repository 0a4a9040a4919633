package org.modelledger.largemodels;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One gigabyte; {@code -Dmodelledger.large.bytes=10000000000} takes ten, and as much of the disk for as long as it runs.
 */
class LargeArtifactIT {
  private static final long BYTES = Long.getLong("modelledger.large.bytes", 1_000_000_000);

  @TempDir
  Path dir;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void aGigabyteGoesTheWholeWayInASmallHeap() throws IOException, InterruptedException {
    LargeArtifact.goTheWholeWay(dir, BYTES, "256m");
  }
}
