package org.modelledger.fabric.devpeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  private static final List<String> NAMES = List.of("A", "B", "C");
  private static final List<Member> PEERS = NAMES.stream()
      .map(name -> new Organization(name, "peer").node())
      .toList();

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      // policy; who is enough; who is not
      "MAJORITY; A,B; A", "ALL; A,B,C; A,B", "ANY; C; ''", "majority; B,C; C",
      "AND('A.peer','B.member'); A,B; A,C", "OR('A.peer', 'B.peer'); B; C",
      "OutOf(2, 'A.peer', 'B.peer', 'C.peer'); A,C; B", "outof(1, 'A.peer', 'B.peer'); A; C",
      "AND('A.peer', OR('B.peer', 'C.peer')); A,C; B,C", "OR('A.peer'); A; B"})
  void saysWhoIsEnough(String text, String enough, String tooFew) {
    Policy policy = Policy.parse(text, NAMES);
    assertThat(policy.satisfiedBy(members(enough))).isTrue();
    assertThat(policy.satisfiedBy(members(tooFew))).isFalse();
  }

  @Test
  void oneSignatureCountsOnce() {
    Policy twice = Policy.parse("AND('A.peer','A.peer')", NAMES);
    assertThat(twice.satisfiedBy(members("A"))).isFalse();
    assertThat(twice.satisfiedBy(
        List.of(PEERS.getFirst(), new Organization("A", "peer").node()))).isTrue();
  }

  @Test
  void aRoleIsWhatTheCertificateSays() {
    assertThat(Policy.parse("OR('A.admin')", NAMES).satisfiedBy(members("A"))).isFalse();
    assertThat(Policy.parse("OR('A.admin')", NAMES)
        .satisfiedBy(List.of(new Organization("A", "admin").node()))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MOST", "AND(", "AND()", "AND('A.peer'", "AND('A.peer') x", "'A'",
      "OR('A.king')", "OutOf('A.peer')", "OutOf(99999, 'A.peer')", "XOR('A.peer')", "OR('.peer')"})
  void saysWhatIsWrong(String text) {
    assertThatThrownBy(() -> Policy.parse(text, NAMES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  private static List<Member> members(String names) {
    return Stream.of(names.split(",", -1))
        .filter(name -> !name.isEmpty())
        .map(name -> PEERS.get(NAMES.indexOf(name)))
        .toList();
  }
}
