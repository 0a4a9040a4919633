package org.modelledger.testnet.fabric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.peer.ProcessedTransaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.Test;

/** What the ledger's own chaincode answers. */
interface LedgerAnswers {
  /** With whom the test that runs speaks. */
  Conversation talk();

  @Test
  default void theLedgerAnswers() throws Exception {
    SubmittedTransaction submitted = talk().speaker().submit("put", "ledger", "value");
    BlockchainInfo info = BlockchainInfo
        .parseFrom(talk().speaker()
            .ledger()
            .evaluateTransaction("GetChainInfo", talk().ground().channel()));
    Block last = Block.parseFrom(talk().speaker()
        .ledger()
        .evaluateTransaction("GetBlockByNumber", talk().ground().channel(),
            Long.toString(info.getHeight() - 1)));

    assertThat(info.getCurrentBlockHash()).isEqualTo(Conversation.hash(last.getHeader()));
    assertThat(info.getPreviousBlockHash()).isEqualTo(last.getHeader().getPreviousHash());
    assertThat(info.hasBootstrappingSnapshotInfo()).isFalse();
    assertThat(Block.parseFrom(talk().speaker()
        .ledger()
        .evaluateTransaction("GetBlockByTxID", talk().ground().channel(),
            submitted.getTransactionId())))
        .isEqualTo(talk().block(submitted.getStatus().getBlockNumber()));
    assertThat(Block.parseFrom(talk().speaker()
        .ledger()
        .evaluateTransaction("GetBlockByHash", talk().ground().channel().getBytes(UTF_8),
            info.getCurrentBlockHash().toByteArray())))
        .isEqualTo(last);
    ProcessedTransaction transaction = ProcessedTransaction.parseFrom(talk().speaker()
        .ledger()
        .evaluateTransaction("GetTransactionByID", talk().ground().channel(),
            submitted.getTransactionId()));
    assertThat(transaction.getValidationCode()).isEqualTo(TxValidationCode.VALID_VALUE);
    assertThat(
        Conversation.channelHeader(transaction.getTransactionEnvelope().toByteString()).getTxId())
        .isEqualTo(submitted.getTransactionId());
  }

  @Test
  default void theLedgerRefuses() {
    String channel = talk().ground().channel();
    ledgerRefuses(
        "Failed to get block number 1000000, error no such block number [1000000] in index",
        "GetBlockByNumber", channel, "1000000");
    ledgerRefuses(
        "Failed to parse block number with error strconv.ParseUint: parsing \"+1\": invalid "
            + "syntax",
        "GetBlockByNumber", channel, "+1");
    ledgerRefuses(
        "Failed to parse block number with error strconv.ParseUint: parsing \"\": invalid "
            + "syntax",
        "GetBlockByNumber", channel, "");
    ledgerRefuses("Failed to parse block number with error strconv.ParseUint: parsing "
        + "\"18446744073709551616\": value out of range", "GetBlockByNumber", channel,
        "18446744073709551616");
    ledgerRefuses("Failed to get block hash ab, error no such block hash [6162] in index",
        "GetBlockByHash", channel, "ab");
    ledgerRefuses("Failed to get block for txID none, error no such transaction ID [none] in index",
        "GetBlockByTxID", channel, "none");
    ledgerRefuses(
        "Failed to get transaction with id none, error no such transaction ID [none] in index",
        "GetTransactionByID", channel, "none");
    ledgerRefuses("Invalid chain ID, elsewhere", "GetChainInfo", "elsewhere");
    ledgerRefuses("missing 3rd argument for GetBlockByNumber", "GetBlockByNumber", channel);
    ledgerRefuses("Incorrect number of arguments, 1", "GetChainInfo");
    ledgerRefuses(
        "access denied for [Nothing][modelledger]: [Unmapped policy for qscc/Nothing]", "Nothing",
        channel, "a");
    talk().hears("called",
        () -> talk().speaker().evaluate("call", "qscc", "GetChainInfo", channel));
    talk().hears("endorse", () -> talk().speaker()
        .ledger()
        .newProposal("GetChainInfo")
        .addArguments(channel)
        .build()
        .endorse());
    talk().heard(
        """
            called UNKNOWN: evaluate call to endorser returned error: chaincode response 500, Rejecting invoke of QSCC from another chaincode because of potential for deadlocks, original invocation for 'sample'
              Org1MSP at PEER1: chaincode response 500, Rejecting invoke of QSCC from another chaincode because of potential for deadlocks, original invocation for 'sample'
            endorse FAILED_PRECONDITION: no combination of peers can be derived which satisfy the endorsement policy: No metadata was found for chaincode qscc in channel modelledger
            """);
  }

  private void ledgerRefuses(String message, String function, String... arguments) {
    talk().hears(function,
        () -> talk().speaker().ledger().evaluateTransaction(function, arguments));
    talk().heard(
        function + " UNKNOWN: evaluate call to endorser returned error: chaincode response 500, "
            + message + "\n  Org1MSP at PEER1: chaincode response 500, " + message + "\n");
  }
}
