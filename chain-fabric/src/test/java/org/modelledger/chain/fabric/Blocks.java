package org.modelledger.chain.fabric;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.fabric.protocol.Outcomes;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;

/** Makes the blocks of a channel, one after the other. */
final class Blocks {
  static final AccountId ANN = AccountId.of("Org1MSP:CN=ann:CN=ca.org1");
  static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  private final List<ByteString> envelopes = new ArrayList<>();
  private final List<TxValidationCode> codes = new ArrayList<>();
  private long number;
  private ByteString previous = ByteString.EMPTY;

  /** Adds a transaction of Ann's. */
  Blocks transaction(String id, Instant claimed, Outcome... outcomes) {
    return transaction(id, TxValidationCode.VALID, "registry", Outcomes.EVENT_NAME,
        new Outcomes(ANN, claimed, Optional.empty(), List.of(outcomes)).toJson());
  }

  /** Adds any transaction. */
  Blocks transaction(String id, TxValidationCode code, String chaincode, String event,
      byte[] payload) {
    ByteString action = ChaincodeActionPayload.newBuilder()
        .setAction(ChaincodeEndorsedAction.newBuilder()
            .setProposalResponsePayload(ProposalResponsePayload.newBuilder()
                .setExtension(ChaincodeAction.newBuilder()
                    .setEvents(ChaincodeEvent.newBuilder()
                        .setChaincodeId(chaincode)
                        .setEventName(event)
                        .setTxId(id)
                        .setPayload(ByteString.copyFrom(payload))
                        .build()
                        .toByteString())
                    .build()
                    .toByteString())
                .build()
                .toByteString()))
        .build()
        .toByteString();
    envelopes.add(Envelope.newBuilder()
        .setPayload(Payload.newBuilder()
            .setHeader(Header.newBuilder()
                .setChannelHeader(ChannelHeader.newBuilder()
                    .setType(HeaderType.ENDORSER_TRANSACTION_VALUE)
                    .setTxId(id)
                    .build()
                    .toByteString()))
            .setData(Transaction.newBuilder()
                .addActions(TransactionAction.newBuilder().setPayload(action))
                .build()
                .toByteString())
            .build()
            .toByteString())
        .build()
        .toByteString());
    codes.add(code);
    return this;
  }

  /** Returns a block with what was added. */
  Block cut() {
    MessageDigest sha256 = Digest.sha256();
    envelopes.forEach(envelope -> sha256.update(envelope.toByteArray()));
    BlockHeader header = BlockHeader.newBuilder()
        .setNumber(number++)
        .setPreviousHash(previous)
        .setDataHash(ByteString.copyFrom(sha256.digest()))
        .build();
    previous = ByteString.copyFrom(HexFormat.of().parseHex(ChannelBlock.hash(header)));
    byte[] filter = new byte[codes.size()];
    for (int i = 0; i < filter.length; i++) {
      filter[i] = (byte) codes.get(i).getNumber();
    }
    Block block = Block.newBuilder()
        .setHeader(header)
        .setData(BlockData.newBuilder().addAllData(envelopes))
        .setMetadata(BlockMetadata.newBuilder()
            .addMetadata(ByteString.EMPTY)
            .addMetadata(ByteString.EMPTY)
            .addMetadata(ByteString.copyFrom(filter)))
        .build();
    envelopes.clear();
    codes.clear();
    return block;
  }

  /** Returns a block with what was added, as the client reads it. */
  ChannelBlock read() {
    return ChannelBlock.read(cut(), "registry");
  }
}
