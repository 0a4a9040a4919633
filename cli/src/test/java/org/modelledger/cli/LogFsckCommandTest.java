package org.modelledger.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogServer;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;

class LogFsckCommandTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final NoteSigner OTHER = NoteSigner.generate("example.com/other",
      new SecureRandom());
  private static final String KEY = SIGNER.verifier().toString();

  private final Path log;

  LogFsckCommandTest(@TempDir Path temporary) {
    log = temporary.resolve("log");
    try (LogWriter writer = LogWriter.open(log, LogOptions.of(SIGNER))) {
      for (int i = 0; i < 1000; i++) {
        writer.append(("entry " + i).getBytes(UTF_8));
      }
    }
  }

  private void flip(String path, int offset) throws IOException {
    byte[] bytes = Files.readAllBytes(log.resolve(path));
    bytes[offset] ^= 1;
    Files.write(log.resolve(path), bytes);
  }

  private Run fsck(String... more) {
    String[] line = {"log", "fsck", log.toString(), "--key", KEY};
    String[] all = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    return Run.of(all);
  }

  @Test
  void findsNothingWrongWithAGoodLog() {
    Run run = fsck();
    assertThat(run.code()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).startsWith("example.com/log: intact, 1000 entries, root ");
    assertThat(run.err()).matches("read 4 bundles and 5 tiles, 0\\.0 MB in .* entries/s.*\\R");
    assertThat(fsck("--quiet", "--threads", "1").err()).isEmpty();
  }

  @Test
  void needsAtLeastOneThread() {
    Run run = fsck("--threads", "-1");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("--threads: there are -1, wanted at least 1");
  }

  @Test
  void namesEachFileThatIsDamaged() throws Exception {
    flip("tile/entries/001", 5);
    flip("tile/0/002", 0);
    Run run = fsck();
    assertThat(run.code()).isEqualTo(ExitCode.EVIDENCE);
    assertThat(run.out().lines()).hasSize(3)
        .anyMatch(line -> line.startsWith("tile/entries/001, entry 256: the entry hashes to"))
        .anyMatch(line -> line.startsWith("tile/0/002, entry 512: hash 0 is"))
        .last()
        .asString()
        .startsWith("example.com/log: NOT INTACT");
  }

  @Test
  void reportsInJson() throws Exception {
    JsonNode good = new ObjectMapper().readTree(fsck("--json").out());
    assertThat(good.get("origin").asText()).isEqualTo("example.com/log");
    assertThat(good.get("size").asLong()).isEqualTo(1000);
    assertThat(good.get("root").asText()).matches("[0-9a-f]{64}");
    assertThat(good.get("intact").asBoolean()).isTrue();
    assertThat(good.get("bundles").asLong()).isEqualTo(4);
    assertThat(good.get("bytes").asLong()).isGreaterThan(1000 * 32);
    assertThat(good.get("seconds").asDouble()).isPositive();
    assertThat(good.get("findings")).isEmpty();
    flip("tile/entries/001", 5);
    Run run = fsck("--json");
    assertThat(run.code()).isEqualTo(ExitCode.EVIDENCE);
    assertThat(run.out().lines()).hasSize(1);
    JsonNode bad = new ObjectMapper().readTree(run.out());
    assertThat(bad.get("intact").asBoolean()).isFalse();
    assertThat(bad.get("findings")).hasSize(1);
    assertThat(bad.get("findings").get(0).get("path").asText()).isEqualTo("tile/entries/001");
    assertThat(bad.get("findings").get(0).get("entry").asLong()).isEqualTo(256);
    assertThat(bad.get("findings").get(0).get("what").asText()).contains("the log committed to");
  }

  @Test
  void takesTheKeyThatFitsFromAFile() throws Exception {
    Path keys = Files.writeString(log.resolveSibling("log.vkey"),
        OTHER.verifier() + "\n\n" + KEY + "\n");
    Run run = Run.of("log", "fsck", log.toString(), "--key", "@" + keys);
    assertThat(run.code()).isEqualTo(ExitCode.OK);
    Files.writeString(keys, OTHER.verifier() + "\n");
    run = Run.of("log", "fsck", log.toString(), "--key", "@" + keys);
    assertThat(run.code()).isEqualTo(ExitCode.EVIDENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "name+00000000+AAAA", "@missing", "@empty", "@bad"})
  void refusesWhatIsNoKey(String key) throws Exception {
    Files.writeString(log.resolveSibling("empty"), "\n");
    Files.writeString(log.resolveSibling("bad"), KEY + "\nnonsense\n");
    String value = key.startsWith("@") ? "@" + log.resolveSibling(key.substring(1)) : key;
    Run run = Run.of("log", "fsck", log.toString(), "--key", value);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--key")
        .contains(key.replace("@", "").split("\\+", -1)[0])
        .doesNotContain("\tat ");
  }

  @Test
  void readsALogThatIsServed() throws Exception {
    String url;
    try (LogServer server = LogServer.start(log)) {
      url = server.uri().toString();
      assertThat(Run.of("log", "fsck", url, "--key", KEY).code()).isEqualTo(ExitCode.OK);
      flip("tile/0/001", 100);
      Run run = Run.of("log", "fsck", url, "--key", KEY);
      assertThat(run.code()).isEqualTo(ExitCode.EVIDENCE);
      assertThat(run.out()).startsWith("tile/0/001, entry 259:");
    }
    Run run = Run.of("log", "fsck", url, "--key", KEY);
    assertThat(run.code()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(run.err()).contains("cannot read checkpoint from " + url).hasLineCount(1);
  }

  @Test
  void aPlaceThatCannotBeReadSaysNothingAboutTheLog() {
    Run run = Run.of("log", "fsck", log + "/nowhere", "--key", KEY);
    assertThat(run.code()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(run.err().lines()).containsExactly(
        "modelledger log fsck: '" + log + "/nowhere' is not a directory: nothing is there");
    assertThat(Run.of("log", "fsck", "http://localhost/?q", "--key", KEY).code())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aLogWithoutCheckpointIsNoEvidence() throws Exception {
    Files.delete(log.resolve("checkpoint"));
    Run run = fsck();
    assertThat(run.code()).isEqualTo(ExitCode.EVIDENCE);
    assertThat(run.err().lines()).singleElement()
        .asString()
        .startsWith("modelledger log fsck: checkpoint is missing from");
    JsonNode bad = new ObjectMapper().readTree(fsck("--json").out());
    assertThat(bad.get("intact").asBoolean()).isFalse();
    assertThat(bad.get("findings").get(0).get("path").asText()).isEqualTo("checkpoint");
    assertThat(fsck("--verbose").err()).contains("ProofException").contains("\tat ");
  }
}
