package org.modelledger.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.tlog.Appended;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;

/** What the README shows, run. The regions are compared with it by {@link ReadmeTest}. */
class ReadmeSnippetsTest {
  @TempDir
  Path dir;

  @Test
  void transparencyLog() throws Exception {
    Path directory = dir.resolve("log");
    // region transparency-log
    NoteSigner signer = NoteSigner.generate("example.com/log", new SecureRandom());
    try (LogWriter log = LogWriter.open(directory, LogOptions.of(signer))) {
      Appended entry = log.append("something happened".getBytes(UTF_8));
      entry.await(Duration.ofSeconds(10)); // it is on the disk, and stays there
      log.publish(); // one signature for all entries so far
    }

    // Anybody with the public key, on a copy of the directory or over HTTP:
    LogReader reader = LogReader.open(TileSource.directory(directory), signer.verifier());
    SignedCheckpoint checkpoint = reader.latest();
    byte[] entry = reader.entry(0, checkpoint);
    reader.inclusionProof(0, checkpoint).verify(MerkleTree.leafHash(entry), checkpoint.root());
    // endregion
    assertThat(new String(entry, UTF_8)).isEqualTo("something happened");
  }
}
