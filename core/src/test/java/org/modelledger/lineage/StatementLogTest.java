package org.modelledger.lineage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.TlogProof;

class StatementLogTest {
  private static final NoteSigner SIGNER = NoteSigner.generate("example.org/statements",
      new SecureRandom());
  private static final Digest ONE = Digest.sha256(new byte[]{1});
  private static final Digest TWO = Digest.sha256(new byte[]{2});

  @TempDir
  Path dir;

  @Test
  void recordsAStatementOnceAndProvesIt() throws Exception {
    try (StatementLog log = StatementLog.open(dir, SIGNER)) {
      assertThat(log.publish().size()).isZero();
      assertThat(log.add(ONE)).isZero();
      assertThat(log.add(TWO)).isEqualTo(1);
      assertThat(log.add(ONE)).isZero();
      assertThat(log.entries()).containsExactly(ONE, TWO);
      assertThat(log.indexOf(TWO)).contains(1L);
      assertThat(log.indexOf(Digest.sha256(new byte[0]))).isEmpty();
      assertThat(log.proof(Digest.sha256(new byte[0]))).isEmpty();

      TlogProof proof = TlogProof.parse(log.proof(TWO).orElseThrow().text().getBytes(UTF_8));
      byte[] leaf = proof.extraBytes().orElseThrow();
      assertThat(StatementLog.decode(leaf)).isEqualTo(TWO);
      assertThat(proof.verify(MerkleTree.leafHash(leaf), List.of(log.key())).size()).isEqualTo(2);
      assertThat(log.origin().value()).isEqualTo("example.org/statements");
    }
  }

  @Test
  void knowsAfterARestartWhatItHas() throws Exception {
    try (StatementLog log = StatementLog.open(dir, SIGNER)) {
      assertThat(log.add(ONE)).isZero();
      assertThatThrownBy(() -> StatementLog.open(dir, SIGNER))
          .isInstanceOf(StatementLogException.class)
          .hasMessageContaining("cannot be opened");
    }
    try (StatementLog log = StatementLog.open(dir, SIGNER)) {
      assertThat(log.entries()).containsExactly(ONE);
      assertThat(log.add(TWO)).isEqualTo(1);
      assertThat(log.add(ONE)).isZero();
    }
  }

  @Test
  void refusesAnotherKeyAndAnotherKindOfLog() throws Exception {
    try (StatementLog log = StatementLog.open(dir.resolve("a"), SIGNER)) {
      assertThat(log.add(ONE)).isZero();
    }
    NoteSigner other = NoteSigner.generate("example.org/other", new SecureRandom());
    assertThatThrownBy(() -> StatementLog.open(dir.resolve("a"), other))
        .isInstanceOf(StatementLogException.class);
    try (LogWriter writer = LogWriter.open(dir.resolve("b"), LogOptions.of(SIGNER))) {
      assertThat(writer.append("a receipt".getBytes(UTF_8)).index()).isZero();
    }
    assertThatThrownBy(() -> StatementLog.open(dir.resolve("b"), SIGNER))
        .isInstanceOf(StatementLogException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void anEntryHasOneForm() {
    assertThat(StatementLog.decode(StatementLog.encode(ONE))).isEqualTo(ONE);
    for (String bad : List.of("", ONE.hex(), ONE + "\n", "sha256:12", "sha512:" + ONE.hex())) {
      assertThatThrownBy(() -> StatementLog.decode(bad.getBytes(UTF_8)))
          .as(bad)
          .isInstanceOf(ModelFormatException.class);
    }
  }
}
