package org.modelledger.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.StorageException;

/** Lets every single change of the disk fail, one after the other. */
class ArtifactStoreFaultTest {
  @TempDir
  Path dir;

  @Test
  void aFullDiskAtAnyPointLeavesNothingHalfVisible() throws Exception {
    ModelFiles old = TestModels.files("a", "old", "shared", "same");
    ModelFiles files = TestModels.random(TestModels.random(), 3, 600_000);
    int steps = 0;
    for (boolean failed = true; failed; steps++) {
      Path root = dir.resolve("full-" + steps);
      Digest before = ArtifactStore.open(root).ingest(old).digest();
      ArtifactStore store = ArtifactStore.open(root,
          SteppedDisk.failing(steps, new IOException("No space left on device")));
      failed = false;
      try {
        store.ingest(files);
      } catch (StorageException e) {
        failed = true;
        assertThat(e).isInstanceOf(DiskFullException.class)
            .hasMessageContaining("full")
            .hasMessageContaining(root.toString());
        assertThat(e.isRetryable()).isTrue();
      }
      assertThat(root.resolve("tmp")).isEmptyDirectory();
      ArtifactStore reopened = ArtifactStore.open(root);
      reopened.verify(before);
      Digest digest = ArtifactManifest.of(files).digest();
      if (reopened.find(digest).isPresent()) {
        reopened.verify(digest);
      } else {
        assertThat(failed).isTrue();
      }
      assertThat(reopened.verify(reopened.ingest(files).digest()))
          .isEqualTo(ArtifactManifest.of(files));
    }
    assertThat(steps).as("changes of the disk").isGreaterThan(12);
  }

  @Test
  void aFullDiskLeavesNoHalfAStatementAndNoHalfAnExport() throws Exception {
    Path root = dir.resolve("store");
    Digest digest = ArtifactStore.open(root).ingest(TestModels.files("a", "1", "b", "2")).digest();
    byte[] statement = {1, 2, 3};
    for (int steps = 0; steps < 4; steps++) {
      ArtifactStore store = ArtifactStore.open(root,
          SteppedDisk.failing(steps, new IOException("Disk quota exceeded")));
      assertThatThrownBy(() -> store.putStatement(statement)).isInstanceOf(DiskFullException.class);
      assertThat(root.resolve("tmp")).isEmptyDirectory();
    }
    assertThat(ArtifactStore.open(root).statement(Digest.sha256(statement))).isEmpty();
    for (int steps = 0; steps < 7; steps++) {
      ArtifactStore store = ArtifactStore.open(root,
          SteppedDisk.failing(steps, new IOException("No space left on device")));
      assertThatThrownBy(() -> store.export(digest, dir.resolve("out")))
          .isInstanceOf(DiskFullException.class);
      assertThat(dir.resolve("out")).doesNotExist();
    }
    assertThat(dir.toFile().list()).containsExactly("store");
  }

  @Test
  void saysThatItHasNoPermission() {
    ArtifactStore store = ArtifactStore.open(dir.resolve("store"),
        SteppedDisk.failing(0, new AccessDeniedException("x")));

    assertThatThrownBy(() -> store.ingest(TestModels.files("a", "1")))
        .isInstanceOf(StorageException.class)
        .isNotInstanceOf(DiskFullException.class)
        .hasMessageContaining(dir.toString())
        .hasMessageContaining("permission denied");
  }

  @Test
  void recognisesTheReasonsOfFileSystems() {
    assertThat(StorageFailures.of("write", dir,
        new FileSystemException("x", null, "No space left on device")))
        .isInstanceOf(DiskFullException.class);
    assertThat(
        StorageFailures.of("read", dir, new FileSystemException("x", null, "Input/output error")))
        .isNotInstanceOf(DiskFullException.class)
        .hasMessageContaining("Input/output error");
    assertThat(StorageFailures.of("read", dir, new IOException()))
        .isInstanceOf(StorageException.class);
  }
}
