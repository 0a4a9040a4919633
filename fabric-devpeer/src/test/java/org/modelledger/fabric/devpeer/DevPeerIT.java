package org.modelledger.fabric.devpeer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.CommitException;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.SubmitException;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.protos.gateway.CommitStatusRequest;
import org.hyperledger.fabric.protos.gateway.CommitStatusResponse;
import org.hyperledger.fabric.protos.gateway.GatewayGrpc;
import org.hyperledger.fabric.protos.gateway.SignedCommitStatusRequest;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Fabric's own client and a chaincode with Fabric's own shim, one on each side of the peer. */
class DevPeerIT {
  private static final ChaincodeProcess CHAINCODE = new ChaincodeProcess();

  @SuppressWarnings("NullAway.Init")
  private static DevPeer peer;

  @SuppressWarnings("NullAway.Init")
  private static Client alice;

  @BeforeAll
  static void start() throws Exception {
    CHAINCODE.start();
    peer = DevPeer.builder()
        .organization("Org1MSP")
        .organization("Org2MSP")
        .organization("Org3MSP")
        .chaincode("test", CHAINCODE.endpoint())
        .chaincode("open", CHAINCODE.endpoint(), "OR('Org1MSP.peer','Org2MSP.peer')")
        .connectTimeout(Duration.ofSeconds(60))
        .executeTimeout(Duration.ofSeconds(15))
        .start();
    alice = Client.of(peer, peer.enroll("Org1MSP", "alice", Map.of("team", "blue, \"dark\"")));
  }

  @AfterAll
  static void stop() {
    alice.close();
    peer.close();
    CHAINCODE.close();
  }

  @AfterEach
  void mend() {
    peer.faults().releaseBlocks();
    peer.faults().conflict(0);
    peer.faults().loseSubmits(0);
    peer.faults().loseSubmitAnswers(0);
  }

  @Test
  void readsWhatWasSubmitted() throws Exception {
    assertThat(alice.submit("put", "simple", "value")).isEqualTo("put");
    assertThat(alice.evaluate("get", "simple")).isEqualTo("value");
    assertThat(alice.evaluate("get", "nothing here")).isEmpty();
    assertThat(alice.submit("delete", "simple")).isEqualTo("deleted");
    assertThat(alice.evaluate("get", "simple")).isEmpty();
  }

  @Test
  void evaluatingChangesNothing() throws Exception {
    long height = peer.height();
    assertThat(alice.evaluate("put", "evaluated", "value")).isEqualTo("put");
    assertThat(alice.evaluate("get", "evaluated")).isEmpty();
    assertThat(peer.height()).isEqualTo(height);
  }

  @Test
  void ofTwoThatReadTheSameVersionTheSecondIsInvalid() throws Exception {
    alice.submit("put", "counter", "1");
    Transaction first = alice.proposal("add", "counter", "1").endorse();
    Transaction second = alice.proposal("add", "counter", "1").endorse();
    peer.faults().holdBlocks();
    SubmittedTransaction one = first.submitAsync();
    SubmittedTransaction two = second.submitAsync();
    peer.faults().releaseBlocks();

    assertThat(one.getStatus().getCode()).isEqualTo(TxValidationCode.VALID);
    assertThat(two.getStatus().getCode()).isEqualTo(TxValidationCode.MVCC_READ_CONFLICT);
    assertThat(two.getStatus().isSuccessful()).isFalse();
    assertThat(two.getStatus().getBlockNumber()).isEqualTo(one.getStatus().getBlockNumber());
    assertThat(alice.evaluate("get", "counter")).isEqualTo("2");
  }

  @Test
  void aKeyThatComesIntoARangeThatWasReadIsAPhantom() throws Exception {
    alice.submit("put", "phantom1", "a");
    Transaction counting = alice.proposal("count", "phantom", "phantom9", "counted").endorse();
    alice.submit("put", "phantom2", "b");
    assertThatThrownBy(counting::submit).isInstanceOfSatisfying(CommitException.class,
        e -> assertThat(e.getCode()).isEqualTo(TxValidationCode.PHANTOM_READ_CONFLICT));

    Transaction unaffected = alice.proposal("count", "phantom", "phantom9", "counted").endorse();
    alice.submit("put", "phantom9", "outside");
    assertThat(unaffected.submit()).asString(UTF_8).isEqualTo("2");
  }

  @Test
  void conflictsCanBeForced() throws Exception {
    peer.faults().conflict(1);
    assertThat(alice.begin("add", "forced", "1").getStatus().getCode())
        .isEqualTo(TxValidationCode.MVCC_READ_CONFLICT);
    assertThat(alice.submit("add", "forced", "1")).isEqualTo("1");
  }

  @Test
  void endorsementsThatAreTooFewAreInvalid() throws Exception {
    Transaction lonely = alice.contract()
        .newProposal("put")
        .addArguments("lonely", "value")
        .setEndorsingOrganizations("Org3MSP")
        .build()
        .endorse();
    assertThat(lonely.submitAsync().getStatus().getCode())
        .isEqualTo(TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
    assertThat(alice.evaluate("get", "lonely")).isEmpty();
    assertThat(alice.contract()
        .newProposal("put")
        .addArguments("lonely", "value")
        .setEndorsingOrganizations("Org2MSP", "Org3MSP")
        .build()
        .endorse()
        .submitAsync()
        .getStatus()
        .getCode()).isEqualTo(TxValidationCode.VALID);
  }

  @Test
  void endorsersThatDisagreeEndorseNothing() {
    EndorseException refused = catchThrowableOfType(EndorseException.class,
        () -> alice.submit("random"));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(refused.getDetails()).singleElement()
        .satisfies(detail -> assertThat(detail.getMessage())
            .isEqualTo("ProposalResponsePayloads do not match"));
  }

  @Test
  void aRefusalOfTheChaincodeIsInTheDetails() {
    EndorseException submitted = catchThrowableOfType(EndorseException.class,
        () -> alice.submit("refuse", "no: why"));
    assertThat(submitted.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(submitted.getDetails()).singleElement().satisfies(detail -> {
      assertThat(detail.getMspId()).isEqualTo("Org1MSP");
      assertThat(detail.getMessage()).isEqualTo("chaincode response 500, no: why");
    });

    GatewayException evaluated = catchThrowableOfType(GatewayException.class,
        () -> alice.evaluate("refuse", "no: why"));
    assertThat(evaluated.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(evaluated.getDetails()).singleElement()
        .satisfies(detail -> assertThat(detail.getMessage())
            .isEqualTo("chaincode response 500, no: why"));
  }

  @Test
  void anExceptionOfTheChaincodeIsAFailedSimulation() {
    EndorseException thrown = catchThrowableOfType(EndorseException.class,
        () -> alice.submit("throw", "by mistake"));
    assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(thrown.getDetails()).singleElement()
        .satisfies(detail -> assertThat(detail.getMessage()).contains("error in simulation")
            .contains("by mistake"));
  }

  @Test
  void whoSignsForAnotherIsTurnedAway() {
    DevIdentity mallory = peer.enroll("Org2MSP", "mallory");
    try (Client client = Client.of(peer, peer.enroll("Org1MSP", "bob"), mallory)) {
      GatewayException evaluated = catchThrowableOfType(GatewayException.class,
          () -> client.evaluate("get", "a"));
      assertThat(evaluated.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(evaluated.getDetails()).singleElement()
          .satisfies(detail -> assertThat(detail.getMessage())
              .contains("access denied: channel [devchannel] creator org [Org1MSP]"));
      assertThat(catchThrowableOfType(EndorseException.class, () -> client.submit("put", "a", "b"))
          .getStatus()
          .getCode()).isEqualTo(Status.Code.ABORTED);
      try (CloseableIterator<?> events = client.network().getChaincodeEvents("test")) {
        assertThatThrownBy(events::next).hasMessageContaining("PERMISSION_DENIED");
      }
    }
  }

  @Test
  void anEnvelopeSignedByAnotherIsNotOrdered() throws Exception {
    byte[] endorsed = alice.proposal("put", "stolen", "value").endorse().getBytes();
    try (Client client = Client.of(peer, peer.enroll("Org1MSP", "alice"),
        peer.enroll("Org2MSP", "mallory"))) {
      // the client signs what it is given with mallory's key; the creator in it is alice
      SubmitException refused = catchThrowableOfType(SubmitException.class,
          () -> client.gateway().newTransaction(endorsed).submitAsync());
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
      assertThat(refused.getStatus().getDescription()).contains("FORBIDDEN");
    }
    assertThat(alice.evaluate("get", "stolen")).isEmpty();
  }

  @Test
  void whoComesFromElsewhereIsTurnedAway() throws Exception {
    // another authority that claims the same name, and one that nobody knows
    try (DevPeer elsewhere = DevPeer.builder()
        .organization("Org1MSP")
        .organization("Org9MSP")
        .start()) {
      for (String organization : elsewhere.organizations()) {
        try (Client client = Client.of(peer, elsewhere.enroll(organization, "eve"))) {
          GatewayException refused = catchThrowableOfType(GatewayException.class,
              () -> client.evaluate("get", "a"));
          assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
          assertThat(refused.getDetails()).singleElement()
              .satisfies(detail -> assertThat(detail.getMessage())
                  .contains("creator org unknown, creator is malformed"));
        }
      }
    }
  }

  @Test
  void chaincodeSeesWhoAsks() throws Exception {
    assertThat(alice.evaluate("who")).isEqualTo("Org1MSP");
    assertThat(alice.evaluate("attribute", "team")).isEqualTo("blue, \"dark\"");
    assertThat(alice.evaluate("attribute", "hf.EnrollmentID")).isEqualTo("alice");
  }

  @Test
  void transientDataReachesTheChaincodeAndNotTheLedger() throws Exception {
    Transaction transaction = alice.contract()
        .newProposal("transient")
        .addArguments("secret")
        .putTransient("secret", "for your eyes")
        .build()
        .endorse();
    assertThat(transaction.submit()).asString(UTF_8).isEqualTo("for your eyes");
  }

  @Test
  void rangesAreReadWholeAndInPages() throws Exception {
    alice.submit("putMany", "many", "250");
    assertThat(alice.evaluate("range", "many0000", "many0003"))
        .isEqualTo("many0000=0,many0001=1,many0002=2");
    assertThat(alice.evaluate("range", "many", "many9").split(",", -1)).hasSize(250);

    List<String> keys = new ArrayList<>();
    String bookmark = "";
    int pages = 0;
    do {
      String[] page = alice.evaluate("page", "many", "many9", "100", bookmark).split("\\|", -1);
      keys.addAll(List.of(page[0].split(",", -1)));
      bookmark = page[1];
      pages++;
    } while (!bookmark.isEmpty());
    assertThat(pages).isEqualTo(3);
    assertThat(keys).hasSize(250).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void whoeverReadsPagesCannotWrite() {
    assertThatThrownBy(() -> alice.submit("pageAndPut")).isInstanceOf(EndorseException.class);
  }

  @Test
  void aKeyHasAHistory() throws Exception {
    alice.submit("put", "past", "one");
    alice.submit("put", "past", "two");
    alice.submit("delete", "past");
    alice.submit("put", "past", "three");
    assertThat(alice.evaluate("history", "past")).isEqualTo("three,deleted,two,one");
    assertThat(alice.evaluate("history", "never")).isEmpty();
  }

  @Test
  void aKeyWithAPolicyOfItsOwnIsHeldToThat() throws Exception {
    alice.submit("put", "guarded", "first");
    assertThat(alice.evaluate("policyOf", "guarded")).isEqualTo("none");
    alice.submit("policy", "guarded", "Org3MSP");
    assertThat(alice.evaluate("policyOf", "guarded")).isEqualTo("[Org3MSP]");

    assertThat(alice.contract()
        .newProposal("put")
        .addArguments("guarded", "second")
        .setEndorsingOrganizations("Org1MSP", "Org2MSP")
        .build()
        .endorse()
        .submitAsync()
        .getStatus()
        .getCode()).isEqualTo(TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
    alice.submit("put", "guarded", "third"); // the gateway finds out whom it needs
    assertThat(alice.evaluate("get", "guarded")).isEqualTo("third");
  }

  @Test
  void chaincodesCallOneAnother() throws Exception {
    assertThat(alice.submit("call", "open", "put", "called", "value")).isEqualTo("put");
    assertThat(alice.evaluate("get", "called")).isEmpty();
    assertThat(alice.contract("open").evaluateTransaction("get", "called")).asString(UTF_8)
        .isEqualTo("value");
    assertThatThrownBy(() -> alice.evaluate("call", "missing", "get", "a"))
        .isInstanceOf(GatewayException.class);
  }

  @Test
  void manyTransactionsRunAtATime() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> submitted = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String key = "parallel" + i;
        submitted.add(threads.submit(() -> alice.submit("add", key, "1")));
      }
      for (Future<String> each : submitted) {
        assertThat(each.get()).isEqualTo("1");
      }
    }
  }

  @Test
  void aTransactionIsAcceptedOnce() throws Exception {
    Transaction transaction = alice.proposal("add", "once", "1").endorse();
    peer.faults().loseSubmitAnswers(1);
    SubmitException unknown = catchThrowableOfType(SubmitException.class, transaction::submitAsync);
    assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);

    // sent again: the second of the two in the chain is a duplicate, and the status is that of the first
    assertThat(transaction.submitAsync().getStatus().getCode()).isEqualTo(TxValidationCode.VALID);
    alice.submit("put", "after once", "value");
    assertThat(alice.evaluate("get", "once")).isEqualTo("1");
  }

  @Test
  void theStatusOfALostTransactionIsNeverKnown() throws Exception {
    Transaction transaction = alice.proposal("add", "lost", "1").endorse();
    peer.faults().loseSubmits(1);
    assertThatThrownBy(transaction::submitAsync).isInstanceOf(SubmitException.class);
    alice.submit("put", "after lost", "value");
    assertThat(alice.evaluate("get", "lost")).isEmpty();
  }

  @Test
  void aPeerThatWasAwayStillHasItsLedger() throws Exception {
    DevIdentity identity = peer.enroll("Org2MSP", "carol");
    alice.submit("put", "kept", "value");
    peer.disconnect("Org2MSP");
    try (Client client = Client.of(peer, "Org2MSP", identity)) {
      assertThat(catchThrowableOfType(GatewayException.class, () -> client.evaluate("get", "kept"))
          .getStatus()
          .getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      alice.submit("put", "kept", "and endorsed meanwhile");
    }
    peer.reconnect("Org2MSP");
    try (Client client = Client.of(peer, "Org2MSP", identity)) {
      assertThat(client.evaluate("get", "kept")).isEqualTo("and endorsed meanwhile");
    }
  }

  @Test
  void aDroppedStreamIsConnectedAgain() throws Exception {
    alice.submit("put", "dropped", "value");
    peer.dropChaincodeStreams();
    assertThat(alice.evaluate("get", "dropped")).isEqualTo("value");
  }

  @Test
  void unknownChaincodesAndChannelsAreRefused() {
    assertThatThrownBy(() -> alice.contract("missing").evaluateTransaction("get", "a"))
        .isInstanceOfSatisfying(GatewayException.class, e -> assertThat(e.getStatus().getCode())
            .isEqualTo(Status.Code.FAILED_PRECONDITION));
    assertThatThrownBy(() -> alice.gateway()
        .getNetwork("other")
        .getContract("test")
        .newProposal("get")
        .build()
        .evaluate()).isInstanceOfSatisfying(GatewayException.class, e -> {
          assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
          assertThat(e.getStatus().getDescription())
              .startsWith("failed to get config for channel [other]");
        });
  }

  @Test
  void aStatusIsForMembersOnly() throws Exception {
    SubmittedTransaction submitted = alice.begin("put", "status", "value");
    assertThat(submitted.getStatus().isSuccessful()).isTrue();
    DevIdentity bob = peer.enroll("Org1MSP", "bob");
    assertThat(status(submitted.getTransactionId(), bob, bob).getResult())
        .isEqualTo(TxValidationCode.VALID);
    assertThat(catchThrowableOfType(StatusRuntimeException.class,
        () -> status(submitted.getTransactionId(), bob, peer.enroll("Org1MSP", "eve"))).getStatus()
        .getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  private static CommitStatusResponse status(String transaction, DevIdentity identity,
      DevIdentity signer) {
    ByteString request = CommitStatusRequest.newBuilder()
        .setChannelId(peer.channel())
        .setTransactionId(transaction)
        .setIdentity(Members.serialize(identity))
        .build()
        .toByteString();
    return GatewayGrpc.newBlockingStub(alice.connection())
        .commitStatus(SignedCommitStatusRequest.newBuilder()
            .setRequest(request)
            .setSignature(Signatures.sign(signer.privateKey(), request))
            .build());
  }
}
