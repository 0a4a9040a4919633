package org.modelledger.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;

class VisitorTest {
  @TempDir
  Path directory;

  @Test
  void knowsTheLedgerAndTheDirectory() throws Exception {
    new Visitor(List.of("sh", "-c",
        "printf '%s %s' \"$MODELLEDGER_LEDGER\" \"$PWD\" > \"$MODELLEDGER_OUT/seen\""))
        .visit("local:there", directory);

    assertThat(directory.resolve("seen")).content().startsWith("local:there /");
  }

  @Test
  void failsTheJobIfItFails() {
    assertThatThrownBy(() -> new Visitor(List.of("sh", "-c", "exit 3")).visit("local:x", directory))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("ended with status 3");
  }

  @Test
  void namesACommandThatDoesNotExist() {
    assertThatThrownBy(() -> new Visitor(List.of("./no-such-command")).visit("local:x", directory))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("no-such-command");
  }
}
