package org.modelledger.chain.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.SubmissionId;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.NoteVerifier;

/** Where a test keeps a ledger and its keys, and the words it uses. */
record Home(Path directory) {
  static final ModelName MODEL = ModelName.of("acme/digits");
  static final EnvironmentName PRODUCTION = EnvironmentName.of("production");
  static final Duration MINUTE = Duration.ofMinutes(1);
  static final int ALL = 10_000;

  Path ledger() {
    return directory.resolve("ledger");
  }

  Path keys() {
    return directory.resolve("keys");
  }

  Path logKeyFile() {
    return keys().resolve("log.key");
  }

  Path key(String alias) {
    try {
      return TestKeys.file(keys(), alias);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  LocalRegistryOptions writing(String alias) {
    return LocalRegistryOptions.writing(ledger(), key(alias));
  }

  LocalRegistryOptions reading() {
    return LocalRegistryOptions.reading(ledger(), logKey().verifier())
        .withPollInterval(Duration.ofMillis(5));
  }

  LocalRegistry open(String alias) {
    return LocalRegistry.open(writing(alias));
  }

  /** Returns the log's private key, once there is one. */
  NoteSigner logKey() {
    return KeyFiles.readLogKey(logKeyFile());
  }

  LogOrigin origin() {
    NoteVerifier log = logKey().verifier();
    return LogOrigin.of(log.name());
  }

  /** Puts bytes into the log that no registry would put there. */
  void append(byte[]... entries) throws InterruptedException {
    try (LogWriter writer = LogWriter.open(ledger(), LogOptions.of(logKey()))) {
      for (byte[] entry : entries) {
        writer.append(entry).await(MINUTE);
      }
    }
  }

  List<Path> files(String under) throws IOException {
    try (Stream<Path> walk = Files.walk(ledger().resolve(under))) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 1;
    Files.write(file, bytes);
  }

  static SubmissionId id(long n) {
    return new SubmissionId(new UUID(0x4d6f64656cL, n));
  }

  static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static RegisterVersion register(int i) {
    return new RegisterVersion(MODEL, digest("artifact " + i), digest("statement " + i));
  }

  static List<LedgerEvent> history(ModelRegistry registry) {
    return registry.history(LedgerPosition.START, ALL);
  }
}
