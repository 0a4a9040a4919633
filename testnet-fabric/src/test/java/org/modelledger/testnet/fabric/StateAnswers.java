package org.modelledger.testnet.fabric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a chaincode reads and writes, and may not. */
interface StateAnswers {
  /** With whom the test that runs speaks. */
  Conversation talk();

  @Test
  default void rangesPagesAndHistory() throws Exception {
    for (String each : List.of("page1", "page2", "page3", "page4")) {
      talk().speaker().submit("put", each, "v");
    }
    assertThat(talk().speaker().evaluate("range", "page", "page4"))
        .isEqualTo("page1=v,page2=v,page3=v");
    assertThat(talk().speaker().evaluate("page", "page", "pages", "3", ""))
        .isEqualTo("page1,page2,page3|page4|3");
    assertThat(talk().speaker().evaluate("page", "page", "pages", "3", "page4"))
        .isEqualTo("page4||1");
    assertThat(talk().speaker().evaluate("page", "page", "pages", "4", ""))
        .isEqualTo("page1,page2,page3,page4||4");
    talk().speaker().submit("put", "page1", "w");
    talk().speaker().submit("delete", "page1");
    assertThat(talk().speaker().evaluate("history", "page1")).isEqualTo("deleted,w,v");
    assertThat(talk().speaker().evaluate("get", "page1")).isEmpty();
  }

  @Test
  default void whatAChaincodeMayNotDo() {
    talk().hears("pageAndPut", () -> talk().speaker().endorse("pageAndPut"));
    talk().hears("putAndPage", () -> talk().speaker().endorse("putAndPage"));
    talk().hears("put", () -> talk().speaker().endorse("put", "", "value"));
    talk().hears("query", () -> talk().speaker().endorse("query"));
    talk().hears("private", () -> talk().speaker().endorse("private"));
    talk().hears("call", () -> talk().speaker().endorse("call", "missing", "get"));
    talk().heard(
        """
            pageAndPut ABORTED: failed to endorse transaction, see attached details for more info
              Org1MSP at PEER1: error in simulation: transaction returned with failure: org.hyperledger.fabric.contract.ContractRuntimeException: [CODE]Unsuccessful response received.
            putAndPage ABORTED: failed to endorse transaction, see attached details for more info
              Org1MSP at PEER1: error in simulation: transaction returned with failure: org.hyperledger.fabric.contract.ContractRuntimeException: [CODE]Unsuccessful response received.
            put ABORTED: failed to endorse transaction, see attached details for more info
              Org1MSP at PEER1: error in simulation: transaction returned with failure: java.lang.IllegalArgumentException: key cannot not be an empty string
            query ABORTED: failed to endorse transaction, see attached details for more info
              Org1MSP at PEER1: error in simulation: transaction returned with failure: org.hyperledger.fabric.contract.ContractRuntimeException: [CODE]Unsuccessful response received.
            private ABORTED: failed to endorse transaction, see attached details for more info
              Org1MSP at PEER1: error in simulation: transaction returned with failure: org.hyperledger.fabric.contract.ContractRuntimeException: [CODE]Unsuccessful response received.
            call ABORTED: failed to endorse transaction, see attached details for more info
              Org1MSP at PEER1: error in simulation: transaction returned with failure: org.hyperledger.fabric.contract.ContractRuntimeException: [CODE]Unsuccessful response received.
            """);
  }

  @Test
  default void whatWasWrittenIsReadOnlyLater() throws Exception {
    talk().speaker().submit("put", "own", "before");
    assertThat(talk().speaker().evaluate("putAndGet", "own", "after")).isEqualTo("before");
    assertThat(talk().speaker().evaluate("get", "own")).isEqualTo("before");
    talk().speaker().submit("put", "own", "");
    assertThat(talk().speaker().evaluate("get", "own")).isEmpty();
    assertThat(talk().speaker().evaluate("history", "own")).isEqualTo("deleted,before");
  }

  @Test
  default void whoAsksAndWhatIsOnlyForThem() throws Exception {
    assertThat(talk().speaker().evaluate("msp")).isEqualTo("Org1MSP");
    assertThat(talk().speaker().evaluate("attribute", "role")).isEqualTo("trainer");
    assertThat(new String(talk().speaker()
        .contract()
        .newProposal("transient")
        .addArguments("secret")
        .putTransient("secret", "for your eyes")
        .build()
        .endorse()
        .submit(), UTF_8)).isEqualTo("for your eyes");
  }
}
