package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.FilteredBlock;
import org.hyperledger.fabric.protos.peer.FilteredChaincodeAction;
import org.hyperledger.fabric.protos.peer.FilteredTransaction;
import org.hyperledger.fabric.protos.peer.FilteredTransactionActions;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** Reads what clients are told of a block out of it. */
final class BlockReader {
  private BlockReader() {}

  /** The events of chaincodes in the valid transactions of a block, in order. */
  static List<ChaincodeEvent> events(Block block) {
    List<ChaincodeEvent> events = new ArrayList<>();
    for (int i = 0; i < block.getData().getDataCount(); i++) {
      if (code(block, i) == TxValidationCode.VALID) {
        try {
          event(payload(block.getData().getData(i))).ifPresent(events::add);
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException("a valid transaction cannot be read again", e);
        }
      }
    }
    return List.copyOf(events);
  }

  /** The first transaction of a block that has this id. */
  static Envelope transaction(Block block, String id) throws InvalidProtocolBufferException {
    for (ByteString envelope : block.getData().getDataList()) {
      if (id.equals(id(envelope))) {
        return Envelope.parseFrom(envelope);
      }
    }
    throw new IllegalArgumentException(
        "block " + block.getHeader().getNumber() + " has no transaction " + id);
  }

  /** The id of a transaction; empty if it has none. */
  static String id(ByteString envelope) {
    try {
      return ChannelHeader.parseFrom(payload(envelope).getHeader().getChannelHeader()).getTxId();
    } catch (InvalidProtocolBufferException e) {
      return ""; // garbage that somebody has submitted
    }
  }

  /** The block without what chaincodes have read, written and said. */
  static FilteredBlock filtered(String channel, Block block) {
    FilteredBlock.Builder filtered = FilteredBlock.newBuilder()
        .setChannelId(channel)
        .setNumber(block.getHeader().getNumber());
    for (int i = 0; i < block.getData().getDataCount(); i++) {
      try {
        Payload payload = payload(block.getData().getData(i));
        ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
        FilteredTransaction.Builder transaction = FilteredTransaction.newBuilder()
            .setTxid(header.getTxId())
            .setTypeValue(header.getType())
            .setTxValidationCode(code(block, i));
        if (header.getType() == HeaderType.ENDORSER_TRANSACTION_VALUE) {
          FilteredTransactionActions.Builder actions = FilteredTransactionActions.newBuilder();
          event(payload).ifPresent(event -> actions
              .addChaincodeActions(FilteredChaincodeAction.newBuilder()
                  .setChaincodeEvent(event.toBuilder().clearPayload())));
          transaction.setTransactionActions(actions);
        }
        filtered.addFilteredTransactions(transaction);
      } catch (InvalidProtocolBufferException e) {
        // garbage that somebody has submitted; Fabric leaves it out too
      }
    }
    return filtered.build();
  }

  private static TxValidationCode code(Block block, int transaction) {
    return TxValidationCode.forNumber(block.getMetadata()
        .getMetadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE)
        .byteAt(transaction) & 0xff);
  }

  private static Payload payload(ByteString envelope) throws InvalidProtocolBufferException {
    return Payload.parseFrom(Envelope.parseFrom(envelope).getPayload());
  }

  private static Optional<ChaincodeEvent> event(Payload payload)
      throws InvalidProtocolBufferException {
    if (ChannelHeader.parseFrom(payload.getHeader().getChannelHeader())
        .getType() != HeaderType.ENDORSER_TRANSACTION_VALUE) {
      return Optional.empty();
    }
    Transaction transaction = Transaction.parseFrom(payload.getData());
    if (transaction.getActionsCount() == 0) {
      return Optional.empty();
    }
    ByteString event = ChaincodeAction.parseFrom(ProposalResponsePayload.parseFrom(
        ChaincodeActionPayload.parseFrom(transaction.getActions(0).getPayload())
            .getAction()
            .getProposalResponsePayload())
        .getExtension()).getEvents();
    return event.isEmpty() ? Optional.empty() : Optional.of(ChaincodeEvent.parseFrom(event));
  }
}
