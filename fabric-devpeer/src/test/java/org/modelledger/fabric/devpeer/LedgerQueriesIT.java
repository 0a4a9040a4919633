package org.modelledger.fabric.devpeer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.time.Duration;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.peer.ProcessedTransaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The ledger, asked by the system chaincode {@code qscc}. */
class LedgerQueriesIT {
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
        .chaincode("test", CHAINCODE.endpoint())
        .connectTimeout(Duration.ofSeconds(60))
        .start();
    alice = Client.of(peer, peer.enroll("Org1MSP", "alice"));
  }

  @AfterAll
  static void stop() {
    alice.close();
    peer.close();
    CHAINCODE.close();
  }

  @Test
  void tellsHowLongTheChainIsAndItsLastHashes() throws Exception {
    alice.submit("put", "info", "one");
    Block before = Block.parseFrom(ask("GetBlockByNumber", Long.toString(peer.height() - 1)));
    alice.submit("put", "info", "two");

    BlockchainInfo info = BlockchainInfo.parseFrom(ask("GetChainInfo"));

    assertThat(info.getHeight()).isEqualTo(peer.height());
    assertThat(info.getPreviousBlockHash()).isEqualTo(Blocks.hash(before.getHeader()));
    Block last = Block.parseFrom(ask("GetBlockByNumber", Long.toString(info.getHeight() - 1)));
    assertThat(info.getCurrentBlockHash()).isEqualTo(Blocks.hash(last.getHeader()));
    assertThat(ask("GetBlockByHash", info.getCurrentBlockHash())).isEqualTo(last.toByteArray());
    assertThat(ask("GetBlockByHash", info.getPreviousBlockHash()))
        .isEqualTo(before.toByteArray());
    // the greatest number stands for the newest
    assertThat(ask("GetBlockByNumber", "18446744073709551615")).isEqualTo(last.toByteArray());
  }

  @Test
  void findsATransactionAndItsBlock() throws Exception {
    SubmittedTransaction valid = alice.begin("put", "found", "value");
    long block = valid.getStatus().getBlockNumber();
    peer.faults().conflict(1);
    SubmittedTransaction refused = alice.begin("add", "refused", "1");
    assertThat(refused.getStatus().isSuccessful()).isFalse();

    assertThat(Block.parseFrom(ask("GetBlockByTxID", valid.getTransactionId()))
        .getHeader()
        .getNumber()).isEqualTo(block);
    ProcessedTransaction found = ProcessedTransaction
        .parseFrom(ask("GetTransactionByID", valid.getTransactionId()));
    assertThat(found.getValidationCode()).isEqualTo(TxValidationCode.VALID_VALUE);
    assertThat(ChannelHeader
        .parseFrom(Payload.parseFrom(found.getTransactionEnvelope().getPayload())
            .getHeader()
            .getChannelHeader())
        .getTxId()).isEqualTo(valid.getTransactionId());
    assertThat(ProcessedTransaction
        .parseFrom(ask("GetTransactionByID", refused.getTransactionId()))
        .getValidationCode()).isEqualTo(TxValidationCode.MVCC_READ_CONFLICT_VALUE);
  }

  @Test
  void saysWhatItHasNotFoundInTheWordsOfFabric() {
    refuses("Failed to get block number 1000, error no such block number [1000] in index",
        "GetBlockByNumber", peer.channel(), "1000");
    refuses("Failed to parse block number with error strconv.ParseUint: parsing \"+1\": invalid "
        + "syntax", "GetBlockByNumber", peer.channel(), "+1");
    refuses("Failed to parse block number with error strconv.ParseUint: parsing "
        + "\"18446744073709551616\": value out of range", "GetBlockByNumber", peer.channel(),
        "18446744073709551616");
    refuses("Failed to get block hash ab, error no such block hash [6162] in index",
        "GetBlockByHash", peer.channel(), "ab");
    refuses("Failed to get block for txID none, error no such transaction ID [none] in index",
        "GetBlockByTxID", peer.channel(), "none");
    refuses("Failed to get transaction with id none, error no such transaction ID [none] in index",
        "GetTransactionByID", peer.channel(), "none");
    refuses("Invalid chain ID, elsewhere", "GetChainInfo", "elsewhere");
    refuses("missing 3rd argument for GetBlockByNumber", "GetBlockByNumber", peer.channel());
    refuses("Incorrect number of arguments, 1", "GetChainInfo");
    refuses(
        "access denied for [Nothing][" + peer.channel() + "]: [Unmapped policy for qscc/Nothing]",
        "Nothing", peer.channel(), "a");
  }

  @Test
  void isForMembersAndNotForChaincodes() throws Exception {
    try (DevPeer elsewhere = DevPeer.builder().organization("Org1MSP").start();
        Client eve = Client.of(peer, elsewhere.enroll("Org1MSP", "eve"))) {
      assertThat(catchThrowableOfType(GatewayException.class,
          () -> eve.contract("qscc").evaluateTransaction("GetChainInfo", peer.channel()))
          .getStatus()
          .getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }
    assertThatThrownBy(() -> alice.evaluate("call", "qscc", "GetChainInfo", peer.channel()))
        .isInstanceOfSatisfying(GatewayException.class,
            e -> assertThat(e.getDetails()).singleElement()
                .satisfies(detail -> assertThat(detail.getMessage())
                    .contains("Rejecting invoke of QSCC from another chaincode")
                    .contains("original invocation for 'test'")));
  }

  private static void refuses(String message, String function, String... arguments) {
    GatewayException refused = catchThrowableOfType(GatewayException.class,
        () -> alice.contract("qscc").evaluateTransaction(function, arguments));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(refused.getDetails()).singleElement()
        .satisfies(detail -> assertThat(detail.getMessage())
            .isEqualTo("chaincode response 500, " + message));
  }

  private static byte[] ask(String function, String... arguments) throws GatewayException {
    String[] all = new String[arguments.length + 1];
    all[0] = peer.channel();
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return alice.contract("qscc").evaluateTransaction(function, all);
  }

  private static byte[] ask(String function, ByteString argument) throws GatewayException {
    return alice.contract("qscc")
        .evaluateTransaction(function, peer.channel().getBytes(UTF_8), argument.toByteArray());
  }
}
