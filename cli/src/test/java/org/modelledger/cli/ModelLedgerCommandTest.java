package org.modelledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelLedgerCommandTest {

  @ParameterizedTest
  @ValueSource(strings = {"--help", "log --help", "log serve --help", "log fsck --help",
      "log witness --help"})
  void everyCommandExplainsItselfAndItsExitCodes(String line) {
    Run run = Run.of(line.split(" ", -1));
    assertThat(run.code()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).startsWith("Usage: modelledger")
        .contains("Exit codes:")
        .containsPattern("3 +nothing is known");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void knowsItsVersion() {
    for (String[] line : List.of(new String[]{"--version"}, new String[]{"log", "fsck", "-V"})) {
      Run run = Run.of(line);
      assertThat(run.code()).isEqualTo(ExitCode.OK);
      assertThat(run.out().strip()).matches("modelledger [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "log nonsense", "log fsck", "log fsck . --key",
      "log serve", "log serve . --listen nowhere", "log serve . --nonsense"})
  void whatIsNotUnderstoodIsAMistakeOfUse(String line) {
    Run run = Run.of(line.split(" ", -1));
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isNotEmpty().doesNotContain("\tat ");
  }
}
