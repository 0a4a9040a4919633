package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataEntry;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.RangeQueryInfo;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.jspecify.annotations.Nullable;

/** Judges the transactions of a block one after the other, and writes what the valid ones write. */
final class Validator {
  /**
   * The judgement.
   *
   * @param transactionId the id; empty if there is none
   */
  record Result(String transactionId, TxValidationCode code) {}

  private final String channel;
  private final Members members;
  private final WorldState state;
  private final EndorsementRules rules;
  private final Faults faults;

  Validator(String channel, Members members, WorldState state, EndorsementRules rules,
      Faults faults) {
    this.channel = channel;
    this.members = members;
    this.state = state;
    this.rules = rules;
    this.faults = faults;
  }

  /**
   * Judges a transaction and applies it if it is valid.
   *
   * @param height where it stands
   * @param known whether an id has been there before
   */
  Result commit(ByteString envelope, Height height, Predicate<String> known) {
    String id = "";
    try {
      Envelope signed = Envelope.parseFrom(envelope);
      Payload payload = Payload.parseFrom(signed.getPayload());
      ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
      id = header.getTxId();
      return new Result(id, judge(signed, payload, header, height, known));
    } catch (InvalidProtocolBufferException e) {
      return new Result(id, TxValidationCode.BAD_PAYLOAD);
    }
  }

  private TxValidationCode judge(Envelope envelope, Payload payload, ChannelHeader header,
      Height height, Predicate<String> known) throws InvalidProtocolBufferException {
    SignatureHeader creator = SignatureHeader.parseFrom(payload.getHeader().getSignatureHeader());
    try {
      if (!members.member(creator.getCreator())
          .signed(envelope.getSignature(), envelope.getPayload())) {
        return TxValidationCode.BAD_CREATOR_SIGNATURE;
      }
    } catch (RefusedException e) {
      return TxValidationCode.BAD_CREATOR_SIGNATURE;
    }
    if (!header.getChannelId().equals(channel)) {
      return TxValidationCode.TARGET_CHAIN_NOT_FOUND;
    }
    if (header.getType() != HeaderType.ENDORSER_TRANSACTION_VALUE) {
      return TxValidationCode.UNKNOWN_TX_TYPE;
    }
    if (!header.getTxId().equals(Proposed.transactionId(creator))) {
      return TxValidationCode.BAD_PROPOSAL_TXID;
    }
    if (known.test(header.getTxId())) {
      return TxValidationCode.DUPLICATE_TXID;
    }
    Transaction transaction = Transaction.parseFrom(payload.getData());
    if (transaction.getActionsCount() == 0) {
      return TxValidationCode.NIL_TXACTION;
    }
    if (transaction.getActionsCount() > 1) {
      return TxValidationCode.INVALID_ENDORSER_TRANSACTION;
    }
    ChaincodeActionPayload action = ChaincodeActionPayload
        .parseFrom(transaction.getActions(0).getPayload());
    ByteString endorsed = action.getAction().getProposalResponsePayload();
    ProposalResponsePayload response = ProposalResponsePayload.parseFrom(endorsed);
    if (!response.getProposalHash()
        .equals(Proposed.hash(payload.getHeader(), action.getChaincodeProposalPayload()))) {
      return TxValidationCode.INVALID_ENDORSER_TRANSACTION;
    }
    ChaincodeAction result = ChaincodeAction.parseFrom(response.getExtension());
    TxReadWriteSet set = TxReadWriteSet.parseFrom(result.getResults());
    if (!endorsed(result.getChaincodeId().getName(), set, endorsed,
        action.getAction().getEndorsementsList(), height)) {
      return TxValidationCode.ENDORSEMENT_POLICY_FAILURE;
    }
    Map<String, KVRWSet> sets = new LinkedHashMap<>();
    for (NsReadWriteSet each : set.getNsRwsetList()) {
      sets.put(each.getNamespace(), KVRWSet.parseFrom(each.getRwset()));
    }
    TxValidationCode conflict = conflict(sets);
    if (conflict == TxValidationCode.VALID) {
      sets.forEach(
          (namespace, keys) -> apply(namespace, keys, height, header.getTxId(),
              header.getTimestamp()));
    }
    return conflict;
  }

  private boolean endorsed(String chaincode, TxReadWriteSet set, ByteString payload,
      List<Endorsement> endorsements, Height height) throws InvalidProtocolBufferException {
    Map<ByteString, Member> endorsers = new LinkedHashMap<>();
    try {
      for (Endorsement endorsement : endorsements) {
        Member endorser = members.member(endorsement.getEndorser());
        if (endorser.signed(endorsement.getSignature(), payload, endorsement.getEndorser())) {
          endorsers.put(endorser.serialized(), endorser);
        }
      }
      List<Member> all = List.copyOf(endorsers.values());
      return rules.required(chaincode, set, height.block() - 1, WorldState.LATEST)
          .stream()
          .allMatch(policy -> policy.satisfiedBy(all));
    } catch (RefusedException e) {
      return false;
    }
  }

  /** Whether what was read is still so; within the block too. */
  private TxValidationCode conflict(Map<String, KVRWSet> sets) {
    boolean reads = false;
    for (Map.Entry<String, KVRWSet> each : sets.entrySet()) {
      for (KVRead read : each.getValue().getReadsList()) {
        reads = true;
        if (!version(read).equals(state.get(each.getKey(), read.getKey(), WorldState.LATEST)
            .map(WorldState.Found::height))) {
          return TxValidationCode.MVCC_READ_CONFLICT;
        }
      }
      for (RangeQueryInfo query : each.getValue().getRangeQueriesInfoList()) {
        reads = true;
        if (!standsStill(each.getKey(), query)) {
          return TxValidationCode.PHANTOM_READ_CONFLICT;
        }
      }
    }
    return reads && faults.takeConflict()
        ? TxValidationCode.MVCC_READ_CONFLICT
        : TxValidationCode.VALID;
  }

  private boolean standsStill(String namespace, RangeQueryInfo query) {
    String last = null;
    for (KVRead read : query.getRawReads().getKvReadsList()) {
      Optional<WorldState.Found> now = next(namespace, query, last);
      if (now.isEmpty() || !now.get().key().equals(read.getKey())
          || !Optional.of(now.get().height()).equals(version(read))) {
        return false;
      }
      last = read.getKey();
    }
    return next(namespace, query, last).isEmpty();
  }

  private Optional<WorldState.Found> next(String namespace, RangeQueryInfo query,
      @Nullable String after) {
    return state.next(namespace, query.getStartKey(), after, query.getEndKey(),
        !query.getItrExhausted(), WorldState.LATEST);
  }

  private static Optional<Height> version(KVRead read) {
    return read.hasVersion() ? Optional.of(Height.of(read.getVersion())) : Optional.empty();
  }

  private void apply(String namespace, KVRWSet keys, Height height, String transactionId,
      Timestamp time) {
    for (KVWrite write : keys.getWritesList()) {
      state.write(namespace, write.getKey(),
          write.getIsDelete() ? Optional.empty() : Optional.of(write.getValue()), height,
          transactionId, time);
    }
    for (KVMetadataWrite write : keys.getMetadataWritesList()) {
      Map<String, ByteString> metadata = new HashMap<>();
      for (KVMetadataEntry entry : write.getEntriesList()) {
        metadata.put(entry.getName(), entry.getValue());
      }
      state.writeMetadata(namespace, write.getKey(), metadata, height, transactionId, time);
    }
  }
}
