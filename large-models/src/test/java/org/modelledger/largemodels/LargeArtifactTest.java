package org.modelledger.largemodels;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeArtifactTest {
  @TempDir
  Path dir;

  @Test
  void aModelLargerThanTheHeapGoesTheWholeWay() throws IOException, InterruptedException {
    LargeArtifact.goTheWholeWay(dir, 200_000_000, "128m");
  }
}
