package org.modelledger.testnet.fabric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hyperledger.fabric.client.ChaincodeEvent;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.InMemoryCheckpointer;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.FilteredBlock;
import org.hyperledger.fabric.protos.peer.FilteredTransaction;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.Test;

/** What is heard of what was committed. */
interface BlockAnswers {
  /** With whom the test that runs speaks. */
  Conversation talk();

  @Test
  default void eventsFromTheFirstBlockAndFromACheckpoint() throws Exception {
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      sent.add(talk().speaker().submit("event", "news", "payload" + i).getTransactionId());
    }
    InMemoryCheckpointer checkpointer = new InMemoryCheckpointer();
    List<String> heard = new ArrayList<>();
    while (heard.size() < sent.size()) {
      try (CloseableIterator<ChaincodeEvent> events = talk().speaker()
          .network()
          .newChaincodeEventsRequest(talk().ground().chaincode())
          .startBlock(0)
          .checkpoint(checkpointer)
          .build()
          .getEvents()) {
        int upTo = Math.min(heard.size() + 2, sent.size());
        while (heard.size() < upTo) {
          ChaincodeEvent event = events.next();
          if (sent.contains(event.getTransactionId())) {
            assertThat(event.getChaincodeName()).isEqualTo(talk().ground().chaincode());
            assertThat(event.getEventName()).isEqualTo("news");
            assertThat(new String(event.getPayload(), UTF_8)).isEqualTo("payload" + heard.size());
            heard.add(event.getTransactionId());
          }
          checkpointer.checkpointChaincodeEvent(event);
        }
      }
    }
    assertThat(heard).isEqualTo(sent);
  }

  @Test
  default void blocksAreChainedAndSayWhatBecameOfEachTransaction() throws Exception {
    SubmittedTransaction valid = talk().speaker().submit("event", "news", "in a block");
    Transaction one = talk().speaker().endorse("add", "chained", "1");
    Transaction two = talk().speaker().endorse("add", "chained", "1");
    SubmittedTransaction first = one.submitAsync();
    SubmittedTransaction second = two.submitAsync();
    long last = second.getStatus().getBlockNumber();
    assertThat(first.getStatus().isSuccessful()).isTrue();

    Map<String, String> codes = new LinkedHashMap<>();
    ByteString previous = ByteString.EMPTY;
    try (CloseableIterator<Block> blocks = talk().speaker()
        .network()
        .newBlockEventsRequest()
        .startBlock(0)
        .build()
        .getEvents()) {
      for (long number = 0; number <= last; number++) {
        Block block = blocks.next();
        BlockHeader header = block.getHeader();
        assertThat(header.getNumber()).isEqualTo(number);
        assertThat(header.getPreviousHash()).isEqualTo(previous);
        ByteString data = ByteString.copyFrom(block.getData().getDataList());
        assertThat(header.getDataHash().toByteArray())
            .isEqualTo(Speaker.sha256(data.toByteArray()));
        assertThat(block.getMetadata().getMetadataCount()).isEqualTo(5);
        ByteString filter = block.getMetadata()
            .getMetadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE);
        assertThat(filter.size()).isEqualTo(block.getData().getDataCount());
        for (int i = 0; i < filter.size(); i++) {
          ChannelHeader channel = Conversation.channelHeader(block.getData().getData(i));
          assertThat(channel.getChannelId()).isEqualTo(talk().ground().channel());
          assertThat(channel.getType()).isEqualTo(number == 0
              ? HeaderType.CONFIG_VALUE
              : channel.getType());
          codes.putIfAbsent(channel.getTxId(),
              String.valueOf(TxValidationCode.forNumber(filter.byteAt(i))));
        }
        previous = Conversation.hash(header);
      }
    }
    assertThat(codes).containsEntry(valid.getTransactionId(), "VALID")
        .containsEntry(first.getTransactionId(), "VALID")
        .containsEntry(second.getTransactionId(), "MVCC_READ_CONFLICT");
    assertThat(new ArrayList<>(codes.keySet())).containsSubsequence(valid.getTransactionId(),
        first.getTransactionId(), second.getTransactionId());
  }

  @Test
  default void theMetadataOfABlock() throws Exception {
    Block block = talk()
        .block(talk().speaker().submit("put", "metadata", "value").getStatus().getBlockNumber());
    assertThat(metadata(block)).isEqualTo("""
        SIGNATURES last config 0 signatures 1
        LAST_CONFIG value 0 signatures 0
        TRANSACTIONS_FILTER 1
        ORDERER value 0 signatures 0
        """);
  }

  @Test
  default void theFirstBlock() throws Exception {
    Block block = talk().block(0);
    Envelope envelope = Envelope.parseFrom(block.getData().getData(0));
    ChannelHeader header = Conversation.channelHeader(block.getData().getData(0));
    assertThat("transaction id of " + header.getTxId().length() + ", signature of "
        + envelope.getSignature().size() + ", previous hash of "
        + block.getHeader().getPreviousHash().size() + "\n" + metadata(block)).isEqualTo("""
            transaction id of 64, signature of 0, previous hash of 0
            SIGNATURES last config 0 signatures 0
            LAST_CONFIG value 0 signatures 0
            TRANSACTIONS_FILTER 1
            ORDERER value 0 signatures 0
            """);
  }

  private static String metadata(Block block) throws Exception {
    StringBuilder text = new StringBuilder();
    // the last one, the hash of all that was committed, is the peer's own affair
    for (int i = 0; i < BlockMetadataIndex.COMMIT_HASH_VALUE; i++) {
      ByteString bytes = block.getMetadata().getMetadata(i);
      text.append(BlockMetadataIndex.forNumber(i)).append(' ');
      if (i == BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE) {
        text.append(bytes.size());
      } else if (i == BlockMetadataIndex.SIGNATURES_VALUE) {
        Metadata metadata = Metadata.parseFrom(bytes);
        OrdererBlockMetadata value = OrdererBlockMetadata.parseFrom(metadata.getValue());
        text.append("last config ")
            .append(value.getLastConfig().getIndex())
            .append(" signatures ")
            .append(metadata.getSignaturesCount());
      } else {
        Metadata metadata = Metadata.parseFrom(bytes);
        text.append("value ")
            .append(metadata.getValue().size())
            .append(" signatures ")
            .append(metadata.getSignaturesCount());
      }
      text.append('\n');
    }
    return text.toString();
  }

  @Test
  default void aTransactionInABlock() throws Exception {
    talk().speaker().submit("put", "written", "before");
    SubmittedTransaction submitted = talk().speaker().submit("everything", "written");
    Block block = talk().block(submitted.getStatus().getBlockNumber());
    Envelope envelope = block.getData()
        .getDataList()
        .stream()
        .map(Conversation::envelope)
        .filter(each -> Conversation.channelHeader(each.toByteString())
            .getTxId()
            .equals(submitted.getTransactionId()))
        .findFirst()
        .orElseThrow();
    ChaincodeActionPayload action = ChaincodeActionPayload
        .parseFrom(org.hyperledger.fabric.protos.peer.Transaction
            .parseFrom(Payload.parseFrom(envelope.getPayload()).getData())
            .getActions(0)
            .getPayload());
    ChaincodeAction result = ChaincodeAction.parseFrom(ProposalResponsePayload
        .parseFrom(action.getAction().getProposalResponsePayload())
        .getExtension());
    org.hyperledger.fabric.protos.peer.ChaincodeEvent event = org.hyperledger.fabric.protos.peer.ChaincodeEvent
        .parseFrom(result.getEvents());

    assertThat(action.getAction().getEndorsementsCount()).isEqualTo(2);
    assertThat(result.getChaincodeId().getName()).isEqualTo(talk().ground().chaincode());
    assertThat(result.getChaincodeId().getVersion()).isEqualTo("1.0");
    assertThat(result.getChaincodeId().getPath()).isEmpty();
    assertThat(result.getResponse().getStatus()).isEqualTo(200);
    assertThat(result.getResponse().getPayload().toStringUtf8()).isEqualTo("done");
    assertThat(event.getEventName()).isEqualTo("everything");
    assertThat(event.getTxId()).isEqualTo(submitted.getTransactionId());
    assertThat(event.getChaincodeId()).isEqualTo(talk().ground().chaincode());
    assertThat(event.getPayload().toStringUtf8()).isEqualTo("written");
    StringBuilder sets = new StringBuilder();
    for (NsReadWriteSet each : TxReadWriteSet.parseFrom(result.getResults()).getNsRwsetList()) {
      if (each.getNamespace().equals(talk().ground().chaincode())) {
        sets.append(KVRWSet.parseFrom(each.getRwset())
            .toString()
            .replaceAll("(block|tx)_num: [0-9]+", "$1"));
      }
    }
    assertThat(sets.toString()).isEqualTo("""
        reads {
          key: "written"
          version {
            block
          }
        }
        reads {
          key: "written is not there"
        }
        range_queries_info {
          start_key: "written"
          end_key: "written~"
          itr_exhausted: true
          raw_reads {
            kv_reads {
              key: "written"
              version {
                block
              }
            }
          }
        }
        writes {
          key: "written"
          is_delete: true
        }
        writes {
          key: "written a"
          value: "b"
        }
        writes {
          key: "written was not there"
          is_delete: true
        }
        writes {
          key: "written z"
          value: "z"
        }
        metadata_writes {
          key: "written a"
          entries {
            name: "VALIDATION_PARAMETER"
          }
        }
        """);
  }

  @Test
  default void filteredBlocks() throws Exception {
    SubmittedTransaction valid = talk().speaker().submit("event", "filtered", "secret");
    try (CloseableIterator<FilteredBlock> blocks = talk().speaker()
        .network()
        .newFilteredBlockEventsRequest()
        .startBlock(valid.getStatus().getBlockNumber())
        .build()
        .getEvents()) {
      FilteredBlock block = blocks.next();
      assertThat(block.getChannelId()).isEqualTo(talk().ground().channel());
      assertThat(talk().speaker()
          .plain(block.getFilteredTransactionsList()
              .stream()
              .filter(each -> each.getTxid().equals(valid.getTransactionId()))
              .map(FilteredTransaction::toString)
              .collect(Collectors.joining())))
          .isEqualTo("""
              txid: "ID"
              type: ENDORSER_TRANSACTION
              transaction_actions {
                chaincode_actions {
                  chaincode_event {
                    chaincode_id: "sample"
                    tx_id: "ID"
                    event_name: "filtered"
                  }
                }
              }
              """);
    }
  }
}
