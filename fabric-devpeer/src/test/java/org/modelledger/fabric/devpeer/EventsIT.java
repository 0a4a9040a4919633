package org.modelledger.fabric.devpeer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.client.ChaincodeEvent;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.GatewayRuntimeException;
import org.hyperledger.fabric.client.InMemoryCheckpointer;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.FilteredBlock;
import org.hyperledger.fabric.protos.peer.FilteredTransaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client hears of blocks. */
class EventsIT {
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
    alice.submit("put", "first", "value");
  }

  @AfterAll
  static void stop() {
    alice.close();
    peer.close();
    CHAINCODE.close();
  }

  @Test
  void eventsComeOnceAndInOrderOverReconnections() throws Exception {
    long start = peer.height();
    List<String> expected = new ArrayList<>();
    List<String> heard = new ArrayList<>();
    InMemoryCheckpointer checkpointer = new InMemoryCheckpointer();
    for (int i = 0; i < 12; i++) {
      alice.submit("event", "happened", "payload" + i);
      expected.add("payload" + i);
      if (i % 4 == 3) {
        // another connection each time, from where the last one stopped; the first reads less than there is
        try (Client client = Client.of(peer, peer.enroll("Org1MSP", "bob"));
            CloseableIterator<ChaincodeEvent> events = client.network()
                .newChaincodeEventsRequest("test")
                .startBlock(start)
                .checkpoint(checkpointer)
                .build()
                .getEvents()) {
          while (heard.size() < expected.size() - 1) {
            ChaincodeEvent event = events.next();
            assertThat(event.getEventName()).isEqualTo("happened");
            assertThat(event.getChaincodeName()).isEqualTo("test");
            heard.add(new String(event.getPayload(), UTF_8));
            checkpointer.checkpointChaincodeEvent(event);
          }
        }
      }
    }
    assertThat(heard).isEqualTo(expected.subList(0, 11));
  }

  @Test
  void severalEventsOfOneBlockComeAfterTheTransactionOfTheCheckpoint() throws Exception {
    long start = peer.height();
    peer.faults().holdBlocks();
    List<SubmittedTransaction> submitted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      submitted.add(alice.begin("event", "together", "payload" + i));
    }
    peer.faults().releaseBlocks();
    for (SubmittedTransaction each : submitted) {
      assertThat(each.getStatus().getBlockNumber()).isEqualTo(start);
    }
    InMemoryCheckpointer checkpointer = new InMemoryCheckpointer();
    checkpointer.checkpointTransaction(start, submitted.get(1).getTransactionId());
    try (CloseableIterator<ChaincodeEvent> events = alice.network()
        .newChaincodeEventsRequest("test")
        .checkpoint(checkpointer)
        .build()
        .getEvents()) {
      for (int i = 2; i < 5; i++) {
        assertThat(events.next().getTransactionId())
            .isEqualTo(submitted.get(i).getTransactionId());
      }
    }
  }

  @Test
  void invalidTransactionsHaveNoEvents() throws Exception {
    long start = peer.height();
    peer.faults().conflict(1);
    alice.begin("add", "refused", "1").getStatus();
    alice.submit("event", "valid", "payload");
    try (CloseableIterator<ChaincodeEvent> events = alice.network()
        .newChaincodeEventsRequest("test")
        .startBlock(start)
        .build()
        .getEvents()) {
      assertThat(events.next().getEventName()).isEqualTo("valid");
    }
  }

  @Test
  void whoListensHearsThatThePeerHasGone() throws Exception {
    try (Client client = Client.of(peer, peer.enroll("Org1MSP", "bob"));
        CloseableIterator<ChaincodeEvent> events = client.network()
            .newChaincodeEventsRequest("test")
            .startBlock(0)
            .build()
            .getEvents()) {
      alice.submit("event", "heard", "payload");
      events.next();
      peer.disconnect("Org1MSP");
      assertThatThrownBy(() -> {
        while (events.hasNext()) {
          events.next();
        }
      }).isInstanceOf(GatewayRuntimeException.class);
    } finally {
      peer.reconnect("Org1MSP");
    }
    alice.submit("put", "again", "value");
  }

  @Test
  void blocksAreChainedByTheirHashesAndSignedByTheOrderer() throws Exception {
    alice.submit("put", "block", "one");
    alice.submit("put", "block", "two");
    long height = peer.height();
    try (CloseableIterator<Block> blocks = alice.network()
        .newBlockEventsRequest()
        .startBlock(0)
        .build()
        .getEvents()) {
      ByteString previous = ByteString.EMPTY;
      for (long number = 0; number < height; number++) {
        Block block = blocks.next();
        assertThat(block.getHeader().getNumber()).isEqualTo(number);
        assertThat(peer.block(number)).isEqualTo(block.toByteArray());
        assertThat(block.getHeader().getPreviousHash()).isEqualTo(previous);
        assertThat(block.getHeader().getDataHash())
            .isEqualTo(Digests.sha256(block.getData().getDataList().toArray(ByteString[]::new)));
        assertThat(block.getMetadata()
            .getMetadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE)
            .size()).isEqualTo(block.getData().getDataCount());
        Metadata metadata = Metadata
            .parseFrom(block.getMetadata().getMetadata(BlockMetadataIndex.SIGNATURES_VALUE));
        // the first one is where trust begins
        assertThat(metadata.getSignaturesCount()).isEqualTo(number == 0 ? 0 : 1);
        for (MetadataSignature signature : metadata.getSignaturesList()) {
          assertThat(SerializedIdentity
              .parseFrom(SignatureHeader.parseFrom(signature.getSignatureHeader()).getCreator())
              .getMspid()).isEqualTo("OrdererMSP");
        }
        previous = Blocks.hash(block.getHeader());
      }
    }
  }

  @Test
  void filteredBlocksTellCodesAndNoPayloads() throws Exception {
    long start = peer.height();
    SubmittedTransaction valid = alice.begin("event", "filtered", "secret");
    assertThat(valid.getStatus().isSuccessful()).isTrue();
    peer.faults().conflict(1);
    SubmittedTransaction invalid = alice.begin("add", "filtered", "1");
    assertThat(invalid.getStatus().isSuccessful()).isFalse();

    try (CloseableIterator<FilteredBlock> blocks = alice.network()
        .newFilteredBlockEventsRequest()
        .startBlock(start)
        .build()
        .getEvents()) {
      FilteredTransaction first = blocks.next().getFilteredTransactions(0);
      assertThat(first.getTxid()).isEqualTo(valid.getTransactionId());
      assertThat(first.getTxValidationCode()).isEqualTo(TxValidationCode.VALID);
      assertThat(first.getTransactionActions()
          .getChaincodeActions(0)
          .getChaincodeEvent()
          .getEventName()).isEqualTo("filtered");
      assertThat(first.getTransactionActions()
          .getChaincodeActions(0)
          .getChaincodeEvent()
          .getPayload()).isEmpty();
      FilteredTransaction second = blocks.next().getFilteredTransactions(0);
      assertThat(second.getTxid()).isEqualTo(invalid.getTransactionId());
      assertThat(second.getTxValidationCode()).isEqualTo(TxValidationCode.MVCC_READ_CONFLICT);
    }
  }

  @Test
  void blocksWithoutPrivateDataCanBeAskedForWithIt() throws Exception {
    try (var blocks = alice.network()
        .newBlockAndPrivateDataEventsRequest()
        .startBlock(1)
        .build()
        .getEvents()) {
      assertThat(blocks.next().getBlock().getHeader().getNumber()).isEqualTo(1);
    }
  }

  @Test
  void aBlockThatIsNotThereIsNamed() {
    long height = peer.height();
    assertThatThrownBy(() -> peer.block(height + 1_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no block " + (height + 1_000));
    assertThatThrownBy(() -> peer.block(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void strangersHearNothing() throws Exception {
    try (DevPeer elsewhere = DevPeer.builder().organization("Org1MSP").start();
        Client eve = Client.of(peer, elsewhere.enroll("Org1MSP", "eve"));
        CloseableIterator<Block> blocks = eve.network()
            .newBlockEventsRequest()
            .startBlock(0)
            .build()
            .getEvents()) {
      assertThatThrownBy(blocks::next).hasMessageContaining("FORBIDDEN");
    }
  }
}
