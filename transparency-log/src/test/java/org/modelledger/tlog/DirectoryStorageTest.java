package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStorageTest {

  @TempDir
  Path directory;

  @Test
  void creatingAFileLeavesTheOneThatHadTheNameAlone() throws Exception {
    Path segment = Files.writeString(directory.resolve("segment"), "entries");
    Files.createLink(directory.resolve("new"), segment);
    LogStorage storage = LogStorage.directory(directory);
    try (LogStorage.OpenFile file = storage.create("new")) {
      file.write(ByteBuffer.wrap("zeros".getBytes(UTF_8)), 0);
      file.sync();
    }
    assertThat(segment).hasContent("entries");
    assertThat(directory.resolve("new")).hasContent("zeros");
  }

  @Test
  void whatIsNotThereIsEmptyAndDeletingItDoesNothing() throws Exception {
    LogStorage storage = LogStorage.directory(directory);
    assertThat(storage.list("nothing")).isEmpty();
    assertThat(storage.read("nothing", 10)).isEmpty();
    storage.delete("nothing");
    assertThat(storage.list("")).isEmpty();
  }
}
