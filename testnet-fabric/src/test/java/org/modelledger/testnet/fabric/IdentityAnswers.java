package org.modelledger.testnet.fabric;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.Transaction;
import org.junit.jupiter.api.Test;

/** What somebody hears who may not speak. */
interface IdentityAnswers {
  /** With whom the test that runs speaks. */
  Conversation talk();

  @Test
  default void aSignatureOfSomebodyElse() throws Exception {
    Ground.Person mallory = talk().ground().person("Org1MSP", "mallory", Map.of());
    Transaction endorsed = talk().speaker().endorse("put", "stolen", "value");
    try (Speaker forged = new Speaker(talk().ground(), "Org1MSP", talk().alice(), mallory)) {
      talk().hears("submit",
          () -> forged.gateway().newTransaction(endorsed.getBytes()).submitAsync());
      asksForEverything(forged);
    }
    talk().heard(
        """
            submit ABORTED: received unsuccessful response from orderer: status=FORBIDDEN, info=implicit policy \
            evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Writers' \
            sub-policies to be satisfied: permission denied
            """
            + deniedTo("[Org1MSP]"));
  }

  @Test
  default void anIdentityOfAnOrganisationThatIsNotThere() throws Exception {
    try (Speaker stranger = Speaker.of(talk().ground(),
        new Ground.Person("Org9MSP", talk().alice().certificate(), talk().alice().privateKey()))) {
      asksForEverything(stranger);
    }
    talk().heard(deniedTo("unknown, creator is malformed"));
  }

  @Test
  default void anIdentityThatAnotherOrganisationHasCertified() throws Exception {
    try (Speaker stranger = Speaker.of(talk().ground(),
        new Ground.Person("Org2MSP", talk().alice().certificate(), talk().alice().privateKey()))) {
      asksForEverything(stranger);
    }
    talk().heard(deniedTo("unknown, creator is malformed"));
  }

  @Test
  default void aCertificateThatHasExpired() throws Exception {
    Instant now = Instant.now();
    Ground.Person late = talk().ground()
        .person("Org1MSP", "late", now.minus(Duration.ofSeconds(60)),
            now.minus(Duration.ofSeconds(10)));
    try (Speaker speaker = Speaker.of(talk().ground(), late)) {
      asksForEverything(speaker);
    }
    String at1 = "  Org1MSP at PEER1: proposal client identity expired\n";
    String at2 = "  Org2MSP at PEER2: rpc error: code = Unknown desc = proposal client identity expired\n";
    String evaluate = "UNAVAILABLE: failed to evaluate transaction, see attached details for more info\n";
    String tooFew = "ABORTED: failed to collect enough transaction endorsements, see attached details for more info\n";
    // in 2.5 a gateway's own peer does not look
    boolean older = talk().ground().isOlder();
    talk().heard("evaluate " + (older ? "OK\n" : evaluate + at1 + at2)
        + "evaluate elsewhere " + evaluate + at2
        + "endorse " + (older
            ? tooFew + at2
            : "ABORTED: failed to endorse transaction, see attached details for more info\n" + at1)
        + "endorse by both " + tooFew + (older ? "" : at1) + at2
        + "ledger " + (older ? "OK\n" : evaluate + at1 + at2)
        + "events OK\n"
        + "blocks NoSuchElementException: Unexpected status response: FORBIDDEN\n"
        + "status DEADLINE_EXCEEDED: deadline\n");
  }

  @Test
  default void aCertificateThatIsNotValidYet() throws Exception {
    Instant now = Instant.now();
    Ground.Person early = talk().ground()
        .person("Org1MSP", "early", now.plus(Duration.ofMinutes(30)),
            now.plus(Duration.ofHours(1)));
    try (Speaker speaker = Speaker.of(talk().ground(), early)) {
      asksForEverything(speaker);
    }
    talk().heard("""
        evaluate OK
        evaluate elsewhere OK
        endorse OK
        endorse by both OK
        ledger OK
        events OK
        blocks OK
        status DEADLINE_EXCEEDED: deadline
        """);
  }

  @Test
  default void aCertificateFromBeforeItsAuthorityWasOne() throws Exception {
    Instant now = Instant.now();
    Ground.Person old = talk().ground()
        .person("Org1MSP", "old", now.minus(Duration.ofDays(30)),
            now.plus(Duration.ofHours(1)));
    try (Speaker speaker = Speaker.of(talk().ground(), old)) {
      asksForEverything(speaker);
    }
    talk().heard(deniedTo("unknown, creator is malformed"));
  }

  /** What {@link #asksForEverything} hears who is not let in. */
  private static String deniedTo(String creator) {
    String reason = "error validating proposal: access denied: channel [modelledger] creator org "
        + creator;
    String policy = "Failed evaluating policy on signed data during check policy on channel"
        + " [modelledger] with policy [/Channel/Application/Readers]: [implicit policy evaluation failed - 0"
        + " sub-policies were satisfied, but this policy requires 1 of the 'Readers' sub-policies to be satisfied]";
    return """
        evaluate FAILED_PRECONDITION: evaluate call to endorser returned error: REASON
          Org1MSP at PEER1: REASON
        evaluate elsewhere UNAVAILABLE: failed to evaluate transaction, see attached details for more info
          Org2MSP at PEER2: rpc error: code = Unknown desc = REASON
        endorse ABORTED: failed to endorse transaction, see attached details for more info
          Org1MSP at PEER1: REASON
        endorse by both ABORTED: failed to collect enough transaction endorsements, see attached details for more info
          Org1MSP at PEER1: REASON
          Org2MSP at PEER2: rpc error: code = Unknown desc = REASON
        ledger FAILED_PRECONDITION: evaluate call to endorser returned error: REASON
          Org1MSP at PEER1: REASON
        events PERMISSION_DENIED: POLICY
        blocks NoSuchElementException: Unexpected status response: FORBIDDEN
        status PERMISSION_DENIED: POLICY
        """
        .replace("REASON", reason)
        .replace("POLICY", policy);
  }

  private void asksForEverything(Speaker who) throws Exception {
    SubmittedTransaction unused = talk().speaker().submit("event", "news", "to be heard");
    talk().hears("evaluate", () -> who.evaluate("get", "a"));
    talk().hears("evaluate elsewhere", () -> who.contract()
        .newProposal("get")
        .addArguments("a")
        .setEndorsingOrganizations("Org2MSP")
        .build()
        .evaluate());
    talk().hears("endorse", () -> who.endorse("put", "a", "b"));
    talk().hears("endorse by both", () -> who.contract()
        .newProposal("put")
        .addArguments("a", "b")
        .setEndorsingOrganizations("Org1MSP", "Org2MSP")
        .build()
        .endorse());
    talk().hears("ledger",
        () -> who.ledger().evaluateTransaction("GetChainInfo", talk().ground().channel()));
    talk().hears("events", () -> Conversation.first(who.network()
        .newChaincodeEventsRequest(talk().ground().chaincode())
        .startBlock(0)
        .build()
        .getEvents()));
    talk().hears("blocks", () -> Conversation.first(
        who.network().newBlockEventsRequest().startBlock(0).build().getEvents()));
    talk().hears("status",
        () -> Conversation.status(who, talk().ground().channel(), "0".repeat(64), 1));
  }
}
