package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a client hears that asks for what is not there, or what the chaincode refuses. */
interface RefusalAnswers {
  /** With whom the test that runs speaks. */
  Conversation talk();

  @Test
  default void anUnknownChaincode() {
    var missing = talk().speaker().network().getContract("missing");
    talk().hears("evaluate", () -> missing.evaluateTransaction("get", "a"));
    talk().hears("endorse", () -> missing.newProposal("get").build().endorse());
    talk().heard(
        """
            evaluate FAILED_PRECONDITION: no peers available to evaluate chaincode missing in channel modelledger
            endorse FAILED_PRECONDITION: no combination of peers can be derived which satisfy the endorsement policy: No metadata was found for chaincode missing in channel modelledger
            """);
  }

  @Test
  default void anUnknownChannel() {
    var elsewhere = talk().speaker().gateway().getNetwork("elsewhere");
    var contract = elsewhere.getContract(talk().ground().chaincode());
    talk().hears("evaluate", () -> contract.evaluateTransaction("get", "a"));
    talk().hears("endorse", () -> contract.newProposal("get").build().endorse());
    talk().hears("events",
        () -> Conversation.first(elsewhere.getChaincodeEvents(talk().ground().chaincode())));
    talk().hears("blocks", () -> Conversation.first(elsewhere.getBlockEvents()));
    talk().hears("status",
        () -> Conversation.status(talk().speaker(), "elsewhere", "0".repeat(64), 5));
    talk().heard(
        """
            evaluate UNAVAILABLE: failed to get config for channel [elsewhere]: could not get last config for channel elsewhere
            endorse FAILED_PRECONDITION: no combination of peers can be derived which satisfy the endorsement policy: No metadata was found for chaincode sample in channel elsewhere
            events PERMISSION_DENIED: Failed to get policy manager for channel [elsewhere]
            blocks NoSuchElementException: Unexpected status response: NOT_FOUND
            status PERMISSION_DENIED: Failed to get policy manager for channel [elsewhere]
            """);
  }

  @Test
  default void anUnknownOrganisation() {
    talk().hears("endorse", () -> talk().speaker()
        .contract()
        .newProposal("put")
        .addArguments("a", "b")
        .setEndorsingOrganizations("Org9MSP", "Org1MSP")
        .build()
        .endorse());
    talk().hears("evaluate", () -> talk().speaker()
        .contract()
        .newProposal("get")
        .addArguments("a")
        .setEndorsingOrganizations("Org9MSP")
        .build()
        .evaluate());
    talk().heard(
        """
            endorse UNAVAILABLE: failed to find any endorsing peers for org(s): Org9MSP
            evaluate FAILED_PRECONDITION: no peers available to evaluate chaincode sample in channel modelledger
            """);
  }

  @Test
  default void aRefusalOfTheChaincode() {
    talk().hears("evaluate", () -> talk().speaker().evaluate("refuse", "400", "not so"));
    talk().hears("endorse", () -> talk().speaker().endorse("refuse", "400", "not so"));
    talk().hears("evaluate", () -> talk().speaker().evaluate("refuse", "500", "not so"));
    talk().hears("endorse", () -> talk().speaker().endorse("refuse", "500", "not so"));
    talk().hears("evaluate elsewhere", () -> talk().speaker()
        .contract()
        .newProposal("refuse")
        .addArguments("500", "not so")
        .setEndorsingOrganizations("Org2MSP")
        .build()
        .evaluate());
    talk().hears("endorse by both", () -> talk().speaker()
        .contract()
        .newProposal("refuse")
        .addArguments("500", "not so")
        .setEndorsingOrganizations("Org2MSP", "Org1MSP")
        .build()
        .endorse());
    talk().heard(
        """
            evaluate UNKNOWN: evaluate call to endorser returned error: chaincode response 400, not so
              Org1MSP at PEER1: chaincode response 400, not so
            endorse ABORTED: failed to endorse transaction, see attached details for more info
              Org1MSP at PEER1: chaincode response 400, not so
            evaluate UNKNOWN: evaluate call to endorser returned error: chaincode response 500, not so
              Org1MSP at PEER1: chaincode response 500, not so
            endorse ABORTED: failed to endorse transaction, see attached details for more info
              Org1MSP at PEER1: chaincode response 500, not so
            evaluate elsewhere UNKNOWN: evaluate call to endorser returned error: chaincode response 500, not so
              Org2MSP at PEER2: chaincode response 500, not so
            endorse by both ABORTED: failed to collect enough transaction endorsements, see attached details for more info
              Org1MSP at PEER1: chaincode response 500, not so
              Org2MSP at PEER2: chaincode response 500, not so
            """);
  }

  @Test
  default void anAnswerWithAMessage() throws Exception {
    assertThat(talk().speaker().evaluate("refuse", "200", "well")).isEqualTo("payload");
  }

  @Test
  default void anExceptionOfTheChaincode() {
    talk().hears("evaluate", () -> talk().speaker().evaluate("throw", "by mistake"));
    talk().hears("endorse", () -> talk().speaker().endorse("throw", "by mistake"));
    talk().hears("evaluate elsewhere", () -> talk().speaker()
        .contract()
        .newProposal("throw")
        .addArguments("by mistake")
        .setEndorsingOrganizations("Org2MSP")
        .build()
        .evaluate());
    talk().heard(
        """
            evaluate ABORTED: failed to evaluate transaction, see attached details for more info
              Org1MSP at PEER1: error in simulation: transaction returned with failure: java.lang.IllegalStateException: by mistake
              Org2MSP at PEER2: error in simulation: transaction returned with failure: java.lang.IllegalStateException: by mistake
            endorse ABORTED: failed to endorse transaction, see attached details for more info
              Org1MSP at PEER1: error in simulation: transaction returned with failure: java.lang.IllegalStateException: by mistake
            evaluate elsewhere ABORTED: failed to evaluate transaction, see attached details for more info
              Org2MSP at PEER2: error in simulation: transaction returned with failure: java.lang.IllegalStateException: by mistake
            """);
  }

  @Test
  default void endorsersThatDisagree() {
    talk().hears("endorse", () -> talk().speaker().endorse("random"));
    talk().heard(
        """
            endorse ABORTED: failed to collect enough transaction endorsements, see attached details for more info
              Org2MSP at PEER2: ProposalResponsePayloads do not match
            """);
  }
}
