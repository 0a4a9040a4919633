package org.modelledger.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.InferenceException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderNotFoundException;
import org.modelledger.training.TrainingException;

class ExceptionsTest {
  @Test
  void ofStorageNameThePathAndWhatWasDone() {
    StorageException e = new StorageException("write", Path.of("models", "a"),
        new AccessDeniedException("models/a"));

    assertThat(e).hasMessage("cannot write " + Path.of("models", "a")
        + ": AccessDeniedException: models/a").hasCauseInstanceOf(AccessDeniedException.class);
    assertThat(new StorageException("read", Path.of("a"), new java.io.IOException()))
        .hasMessage("cannot read a: IOException");
  }

  @Test
  void keepTheirCauseAndAreNotRetryableUnlessTheySaySo() {
    Throwable cause = new IllegalStateException("why");
    for (ModelLedgerException e : new ModelLedgerException[]{new ModelFormatException("m", cause),
        new StorageException("m", cause), new InferenceException("m", cause),
        new TrainingException("m", cause), new ConfigurationException("m", cause)}) {
      assertThat(e).hasMessage("m").hasCause(cause);
      assertThat(e.isRetryable()).isFalse();
    }
    assertThat(new ProviderNotFoundException("m")).isInstanceOf(ConfigurationException.class);
    assertThat(new VerificationException("m", cause)).isInstanceOf(Exception.class)
        .isNotInstanceOf(RuntimeException.class)
        .hasCause(cause);
  }
}
