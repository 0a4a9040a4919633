package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.CommitException;
import org.hyperledger.fabric.client.CommitStatusException;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.gateway.GatewayGrpc;
import org.hyperledger.fabric.protos.gateway.PreparedTransaction;
import org.hyperledger.fabric.protos.gateway.SubmitRequest;
import org.hyperledger.fabric.protos.peer.FilteredBlock;
import org.hyperledger.fabric.protos.peer.FilteredTransaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.Test;

/** What becomes of transactions. */
interface TransactionAnswers {
  /** With whom the test that runs speaks. */
  Conversation talk();

  @Test
  default void ofTwoThatReadTheSameTheSecondConflicts() throws Exception {
    talk().speaker().submit("put", "contested", "1");
    Transaction first = talk().speaker().endorse("add", "contested", "1");
    Transaction second = talk().speaker().endorse("add", "contested", "1");
    SubmittedTransaction one = first.submitAsync();
    SubmittedTransaction two = second.submitAsync();

    assertThat(one.getStatus().getCode()).isEqualTo(TxValidationCode.VALID);
    assertThat(two.getStatus().getCode()).isEqualTo(TxValidationCode.MVCC_READ_CONFLICT);
    assertThat(talk().speaker().evaluate("get", "contested")).isEqualTo("2");
    // sent again it is a duplicate, of which the client learns what became of the first
    assertThatThrownBy(second::submit).isInstanceOfSatisfying(CommitException.class,
        e -> assertThat(e.getCode()).isEqualTo(TxValidationCode.MVCC_READ_CONFLICT));
  }

  @Test
  default void aKeyThatComesIntoARange() throws Exception {
    talk().speaker().submit("put", "phantom1", "a");
    Transaction counting = talk().speaker().endorse("count", "phantom", "phantom9", "counted");
    talk().speaker().submit("put", "phantom2", "b");

    assertThat(counting.submitAsync().getStatus().getCode())
        .isEqualTo(TxValidationCode.PHANTOM_READ_CONFLICT);
  }

  @Test
  default void endorsementsThatAreTooFew() throws Exception {
    Transaction lonely = talk().speaker()
        .contract()
        .newProposal("put")
        .addArguments("lonely", "value")
        .setEndorsingOrganizations("Org2MSP")
        .build()
        .endorse();

    assertThat(lonely.submitAsync().getStatus().getCode())
        .isEqualTo(TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
  }

  @Test
  default void aTransactionThatIsSentTwice() throws Exception {
    Proposal proposal = talk().speaker().proposal("put", "twice", "value");
    Transaction transaction = proposal.endorse();
    SubmittedTransaction first = transaction.submitAsync();
    assertThat(first.getStatus().getCode()).isEqualTo(TxValidationCode.VALID);
    talk().speaker().submit("put", "between", "value");

    SubmittedTransaction again = transaction.submitAsync();
    assertThat(again.getStatus().getCode()).isEqualTo(TxValidationCode.VALID);
    assertThat(again.getStatus().getBlockNumber()).isEqualTo(first.getStatus().getBlockNumber());
    talk().speaker().submit("put", "after", "value");
    // and a proposal of which there is a transaction is not endorsed again
    talk().hears("evaluate", proposal::evaluate);
    talk().hears("endorse", proposal::endorse);
    talk().heard(
        """
            evaluate FAILED_PRECONDITION: evaluate call to endorser returned error: duplicate transaction found [ID]. Creator [BYTES]
              Org1MSP at PEER1: duplicate transaction found [ID]. Creator [BYTES]
            endorse ABORTED: failed to endorse transaction, see attached details for more info
              Org1MSP at PEER1: duplicate transaction found [ID]. Creator [BYTES]
            """);
    List<String> codes = new ArrayList<>();
    try (CloseableIterator<FilteredBlock> blocks = talk().speaker()
        .network()
        .newFilteredBlockEventsRequest()
        .startBlock(first.getStatus().getBlockNumber())
        .build()
        .getEvents()) {
      while (codes.size() < 2) {
        for (FilteredTransaction each : blocks.next().getFilteredTransactionsList()) {
          if (each.getTxid().equals(transaction.getTransactionId())) {
            codes.add(each.getTxValidationCode().name());
          }
        }
      }
    }
    assertThat(codes).containsExactly("VALID", "DUPLICATE_TXID");
  }

  @Test
  default void theStatusOfATransactionThatIsNotThere() {
    talk().hears("status",
        () -> Conversation.status(talk().speaker(), talk().ground().channel(), "0".repeat(64), 1));
    talk().heard("status DEADLINE_EXCEEDED: deadline\n");
    if (!talk().ground().isOlder()) {
      talk().hears("status of nothing",
          () -> Conversation.status(talk().speaker(), talk().ground().channel(), "", 5));
      talk().hears("status nowhere",
          () -> Conversation.status(talk().speaker(), "", "0".repeat(64), 5));
      talk().heard("""
          status of nothing INVALID_ARGUMENT: transaction ID should not be empty
          status nowhere INVALID_ARGUMENT: no channel ID provided
          """);
    }
  }

  @Test
  default void theStatusThatAClientGivesUpWaitingFor() throws Exception {
    SubmittedTransaction lost = talk().speaker().endorse("put", "slow", "value").submitAsync();

    CommitStatusException tooLate = catchThrowableOfType(CommitStatusException.class,
        () -> lost.getStatus(options -> options.withDeadlineAfter(1, TimeUnit.NANOSECONDS)));

    assertThat(tooLate.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(tooLate.getTransactionId()).isEqualTo(lost.getTransactionId());
    assertThat(lost.getStatus().isSuccessful()).isTrue();
  }

  @Test
  default void anEnvelopeWithoutASignatureAndOneWithoutAChannel() throws Exception {
    Envelope envelope = PreparedTransaction
        .parseFrom(talk().speaker().endorse("put", "a", "b").getBytes())
        .getEnvelope();
    var stub = GatewayGrpc.newBlockingStub(talk().speaker().connection());
    var unsigned = SubmitRequest.newBuilder()
        .setChannelId(talk().ground().channel())
        .setPreparedTransaction(envelope.toBuilder().clearSignature());
    talk().hears("unsigned", () -> stub.submit(unsigned.build()));
    talk().hears("nothing", () -> stub.submit(unsigned.clone().clearPreparedTransaction().build()));
    unsigned.setPreparedTransaction(envelope.toBuilder().setSignature(Conversation.bytes("x")));
    talk().hears("wrongly signed", () -> stub.submit(unsigned.build()));
    talk().hears("elsewhere",
        () -> stub.submit(unsigned.clone().setChannelId("elsewhere").build()));
    talk().hears("nowhere", () -> stub.submit(unsigned.clone().setChannelId("").build()));
    talk().hears("garbage", () -> stub.submit(unsigned.clone()
        .setPreparedTransaction(
            Envelope.newBuilder()
                .setPayload(Conversation.bytes("?"))
                .setSignature(Conversation.bytes("x")))
        .build()));
    talk().heard(
        """
            unsigned INVALID_ARGUMENT: prepared transaction must be signed
            nothing INVALID_ARGUMENT: a prepared transaction is required
            wrongly signed ABORTED: received unsuccessful response from orderer: status=FORBIDDEN, info=implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Writers' sub-policies to be satisfied: permission denied
            elsewhere FAILED_PRECONDITION: failed to get config for channel [elsewhere]: could not get last config for channel elsewhere
            nowhere FAILED_PRECONDITION: failed to get config for channel []: could not get last config for channel
            garbage ABORTED: received unsuccessful response from orderer: status=BAD_REQUEST, info=could not determine channel ID: error unmarshalling Payload: proto: cannot parse invalid wire-format data
            """);
  }
}
