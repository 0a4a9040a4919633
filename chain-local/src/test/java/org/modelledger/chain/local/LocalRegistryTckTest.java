package org.modelledger.chain.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.AccountId;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.tck.ModelRegistryTck;
import org.modelledger.tck.RegistryFixture;
import org.modelledger.tlog.NoteVerifier;

/** The contract of every registry. */
class LocalRegistryTckTest extends ModelRegistryTck {
  @TempDir
  Path home;

  @Override
  protected RegistryFixture newLedger() throws Exception {
    return new OnDisk(home);
  }

  /** One writer, of which everyone gets a view; readers are readers such as other processes have. */
  static final class OnDisk implements RegistryFixture {
    private final Path keys;
    private final LocalRegistryOptions options;
    private final NoteVerifier log;
    private @Nullable LocalRegistry writer;

    OnDisk(Path home) throws IOException {
      keys = home.resolve("keys");
      options = LocalRegistryOptions.writing(home.resolve("ledger"), TestKeys.file(keys, "nobody"))
          .withPublishInterval(Duration.ofMillis(5))
          .withSnapshotEvery(64);
      writer = LocalRegistry.open(options);
      log = writer.logKey();
    }

    @Override
    public AccountId account(String alias) {
      return TestKeys.account(alias).account();
    }

    @Override
    public ModelRegistry open(String alias) throws IOException {
      LocalRegistry open = writer;
      if (open == null) {
        open = LocalRegistry.open(options);
        writer = open;
      }
      return open.actingAs(TestKeys.file(keys, alias));
    }

    @Override
    public ModelRegistry openReader() {
      return LocalRegistry.open(LocalRegistryOptions.reading(options.directory(), log)
          .withPollInterval(Duration.ofMillis(5)));
    }

    @Override
    public void restart() {
      close();
    }

    @Override
    public void close() {
      LocalRegistry open = writer;
      if (open != null) {
        writer = null;
        open.close();
      }
    }
  }
}
