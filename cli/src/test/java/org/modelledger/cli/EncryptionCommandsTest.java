package org.modelledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypts, rotates and erases by commands alone. */
class EncryptionCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 40;

  @TempDir
  Path project;

  @BeforeEach
  void makeALedgerWithDecisions() throws IOException {
    Path rows = CreditRows.write(project.resolve("credit.csv"), ROWS);
    assertThat(Run.of("init", project.toString(), "--retention", "full", "--subjects",
        "customer,household", "--encrypt-models").code()).isZero();
    json("train", "acme/credit", "--data", rows.toString(), "--algorithm", "gradient-boosting",
        "-p", "rounds=5", "-p", "objective=logistic", "-p", "missing=nan", "--seed", "7",
        "--classes", "outcome", "--drop", "customer");
    json("infer", "acme/credit:1", "--rows", rows.toString(), "--attribute", "household=h-7",
        "--attribute-column", "customer");
  }

  private Run run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--project", project.toString()));
    return Run.of(all.toArray(String[]::new));
  }

  private JsonNode json(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Run run = run(all.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return JSON.readTree(run.out().lines().findFirst().orElseThrow());
  }

  private void assertOpened(int receipts) throws IOException {
    JsonNode report = json("verify");
    assertThat(report.path("sound").booleanValue()).isTrue();
    assertThat(report.path("opened").asInt()).isEqualTo(receipts);
  }

  @Test
  void everyProofHoldsAfterKeysWereRotatedAndPeopleErased() throws IOException {
    assertThat(run("anchor").code()).isZero();
    assertOpened(ROWS);
    JsonNode rotation = json("keys", "rotate");
    assertThat(rotation.path("key").asText()).startsWith("local:2-");
    assertThat(rotation.path("needed")).hasSize(1).first().isEqualTo(rotation.path("key"));
    Files.delete(project.resolve("ledger-home/keys/evidence.keyset"));

    assertThat(json("erase", "3", "4").path("erased").asInt()).isOne();
    assertOpened(ROWS - 2);
    assertThat(run("erase", "3").out()).isEqualToIgnoringNewLines(
        "receipt 3  there is no evidence to it");
    assertThat(run("erase", "--subject", "household=h-7").out()).isEqualToIgnoringNewLines(
        "household=h-7  evidence to " + (ROWS - 2) + " receipts is erased");
    assertThat(run("erase", "--subject", "household=h-8").out())
        .contains("household=h-8  nothing is filed under it");
    assertOpened(0);
    assertThat(run("replay", "0").out()).contains("not-possible");
  }

  @Test
  void modelsAreEncryptedWithoutBeingToldAgain() throws IOException {
    assertThat(project.resolve("ledger-home/artifacts/blobs")).isDirectoryContaining(
        file -> file.toString().endsWith(".sealed"));
    assertThat(project.resolve("ledger-home/artifacts/blobs")).isDirectoryNotContaining(
        file -> !file.toString().endsWith(".sealed"));
  }

  @Test
  void nothingIsErasedIfOneOfTheReceiptsIsNotThere() throws IOException {
    Run refused = run("erase", "0", String.valueOf(ROWS));
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("there is no receipt 40 in the log, which has 40 entries");
    assertThat(run("erase").code()).isEqualTo(ExitCode.USAGE);
    assertOpened(ROWS);
  }
}
