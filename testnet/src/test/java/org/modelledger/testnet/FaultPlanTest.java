package org.modelledger.testnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final List<String> SEND = List.of("eth_sendRawTransaction");

  @Test
  void theSameSeedGivesTheSameDecisions() {
    Map<Fault, Double> shares = Map.of(Fault.DROP_ANSWER, 0.3, Fault.DUPLICATE, 0.3);

    assertThat(decisions(FaultPlan.seeded(7, shares)))
        .isEqualTo(decisions(FaultPlan.seeded(7, shares)))
        .isNotEqualTo(decisions(FaultPlan.seeded(8, shares)))
        .contains(Fault.DROP_ANSWER, Fault.DUPLICATE, Fault.NONE);
  }

  @Test
  void sharesAreHeld() {
    List<Fault> decisions = decisions(FaultPlan.seeded(1, Map.of(Fault.DELAY, 0.25)));

    assertThat(decisions.stream().filter(Fault.DELAY::equals).count()).isBetween(150L, 350L);
    assertThat(decisions(FaultPlan.seeded(1, Map.of(Fault.DELAY, 1.0)))).containsOnly(Fault.DELAY);
  }

  @Test
  void refusesSharesThatAreNone() {
    assertThatThrownBy(() -> FaultPlan.seeded(1, Map.of(Fault.DELAY, 0.6, Fault.SILENCE, 0.6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SILENCE=0.6");
    assertThatThrownBy(() -> FaultPlan.seeded(1, Map.of(Fault.DELAY, -0.1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FaultPlan.seeded(1, Map.of(Fault.DELAY, Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void touchesOnlyTheMethodsThatItIsMeantFor() {
    FaultPlan plan = FaultPlan.always(Fault.SILENCE).only("eth_sendRawTransaction", "eth_call");

    assertThat(plan.next(SEND)).isEqualTo(Fault.SILENCE);
    assertThat(plan.next(List.of("eth_chainId", "eth_call"))).isEqualTo(Fault.SILENCE);
    assertThat(plan.next(List.of("eth_chainId"))).isEqualTo(Fault.NONE);
    assertThat(plan.next(List.of())).isEqualTo(Fault.NONE);
  }

  @Test
  void stopsAfterSoManyFaults() {
    FaultPlan plan = FaultPlan.always(Fault.DELAY).only("eth_sendRawTransaction").atMost(2);

    assertThat(
        List.of(plan.next(SEND), plan.next(List.of("eth_call")), plan.next(SEND), plan.next(SEND)))
        .containsExactly(Fault.DELAY, Fault.NONE, Fault.DELAY, Fault.NONE);
  }

  private static List<Fault> decisions(FaultPlan plan) {
    List<Fault> decisions = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      decisions.add(plan.next(SEND));
    }
    return decisions;
  }
}
