package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FabricOptionsTest {
  private final FabricChaincode chaincode = new FabricChaincode("registry", "1.0",
      List.of("chaincode"), Map.of());

  private FabricOptions.Builder builder() {
    return FabricOptions.builder(chaincode);
  }

  @Test
  void theSameSettingsAreEqual() {
    assertThat(builder().orderers(3).channel("one").build())
        .isEqualTo(builder().channel("one").orderers(3).build())
        .hasSameHashCodeAs(builder().channel("one").orderers(3).build())
        .isNotEqualTo(builder().channel("one").build())
        .hasToString("registry 1.0 on channel one, [Org1MSP, Org2MSP] with 1 peers each,"
            + " 3 orderers, blocks of 500 or 200 ms");
  }

  @Test
  void refusesSettingsThatFabricWouldNotTake() {
    assertThatThrownBy(() -> builder().orderers(2)).hasMessageContaining("2 orderers");
    assertThatThrownBy(() -> builder().orderers(9)).hasMessageContaining("9 orderers");
    assertThatThrownBy(() -> builder().peersPerOrganization(0)).hasMessageContaining("0 peers");
    assertThatThrownBy(() -> builder().channel("Main")).hasMessageContaining("'Main'");
    assertThatThrownBy(() -> builder().organizations()).hasMessageContaining("[]");
    assertThatThrownBy(() -> builder().organizations("A", "a")).hasMessageContaining("[A, a]");
    assertThatThrownBy(() -> builder().organizations("OrdererMSP"))
        .hasMessageContaining("not OrdererMSP");
    assertThatThrownBy(() -> builder().batchTimeout(Duration.ofNanos(1)))
        .hasMessageContaining("PT0.000000001S");
    assertThatThrownBy(() -> builder().maxMessageCount(0)).hasMessageContaining("0 transactions");
    assertThatThrownBy(() -> builder().user("Org1MSP", "Admin", Map.of()))
        .hasMessageContaining("'Admin'");
    assertThatThrownBy(() -> builder().user("Org3MSP", "eve", Map.of()).build())
        .hasMessageContaining("'eve'")
        .hasMessageContaining("Org3MSP");
    assertThatThrownBy(() -> new FabricChaincode("registry!", "1.0", List.of("x"), Map.of()))
        .hasMessageContaining("'registry!'");
    assertThatThrownBy(() -> new FabricChaincode("registry", "1 0", List.of("x"), Map.of()))
        .hasMessageContaining("'1 0'");
    assertThatThrownBy(() -> new FabricChaincode("registry", "1.0", List.of(), Map.of()))
        .hasMessageContaining("no command");
  }

  @Test
  void organisationsHaveDomains() {
    assertThat(Layout.domain("Org1MSP")).isEqualTo("org1.test");
    assertThat(Layout.domain("Bank")).isEqualTo("bank.test");
    assertThat(Layout.domain("INSURERMSP")).isEqualTo("insurer.test");
  }

  @Test
  void theCommandSaysWhichOptionItDidNotUnderstand() {
    StringWriter printed = new StringWriter();

    assertThat(run(printed, "up", "fabric", "--orderers", "2", "--", "chaincode")).isEqualTo(2);
    assertThat(run(printed, "up", "fabric", "--user", "alice", "--", "chaincode")).isEqualTo(2);
    assertThat(run(printed, "up", "fabric", "--user", "Org1MSP:alice:role", "--", "chaincode"))
        .isEqualTo(2);
    assertThat(printed.toString()).contains("2 orderers", "--user 'alice'", "'role'");
  }

  private static int run(StringWriter printed, String... arguments) {
    PrintWriter writer = new PrintWriter(printed);
    return TestnetCommand.commandLine(writer, writer).execute(arguments);
  }
}
