package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWriterTest {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());

  @TempDir
  Path dir;

  @Test
  void whatWasAppendedIsReadBackAndProvenAfterEveryOpening() throws Exception {
    Path log = dir.resolve("log");
    long written = 0;
    for (int add : new int[]{0, 1, 255, 1, 300, 70_000}) {
      try (LogWriter writer = LogWriter.open(log, LogOptions.of(SIGNER))) {
        assertThat(writer.size()).isEqualTo(written);
        assertThat(writer.checkpoint().size()).isEqualTo(written);
        for (int i = 0; i < add; i++) {
          Appended entry = writer.append(("entry " + written).getBytes(UTF_8));
          assertThat(entry.index()).isEqualTo(written++);
          if (i % 1000 == 0) {
            entry.await(LIMIT);
            assertThat(writer.durableSize()).isGreaterThan(entry.index());
          }
        }
        assertThat(writer.publish().size()).isEqualTo(written);
      }
      LogReader reader = LogReader.open(TileSource.directory(log), SIGNER.verifier());
      SignedCheckpoint checkpoint = reader.latest();
      assertThat(checkpoint.size()).isEqualTo(written);
      assertThat(reader.verifyAll(checkpoint).findings()).isEmpty();
      for (long i = 0; i < written; i += Math.max(1, written / 300)) {
        byte[] entry = reader.entry(i, checkpoint);
        assertThat(new String(entry, UTF_8)).isEqualTo("entry " + i);
        InclusionProof proof = reader.inclusionProof(i, checkpoint);
        proof.verify(MerkleTree.leafHash(entry), checkpoint.root());
        reader.consistencyProof(i, checkpoint)
            .verify(reader.rootAt(i, checkpoint), checkpoint.root());
      }
    }
  }
}
