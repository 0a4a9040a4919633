package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HexFormat;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.SignedProposal;

/**
 * A proposal taken apart; nothing about it is believed yet.
 *
 * @param signed as it came
 * @param header both headers, in bytes
 * @param channelHeader what and where
 * @param signatureHeader who
 * @param payload what the chaincode is to do, with what is not for the ledger
 * @param input the chaincode's arguments
 * @param chaincode the chaincode's name
 */
record Proposed(SignedProposal signed, Header header, ChannelHeader channelHeader,
    SignatureHeader signatureHeader, ChaincodeProposalPayload payload, ChaincodeInput input,
    String chaincode) {
  static Proposed parse(SignedProposal signed) throws RefusedException {
    if (signed.getProposalBytes().isEmpty()) {
      throw new RefusedException("a signed proposal is required");
    }
    try {
      Proposal proposal = Proposal.parseFrom(signed.getProposalBytes());
      Header header = Header.parseFrom(proposal.getHeader());
      ChannelHeader channelHeader = ChannelHeader.parseFrom(header.getChannelHeader());
      ChaincodeProposalPayload payload = ChaincodeProposalPayload.parseFrom(proposal.getPayload());
      ChaincodeSpec spec = ChaincodeInvocationSpec.parseFrom(payload.getInput()).getChaincodeSpec();
      if (channelHeader.getType() != HeaderType.ENDORSER_TRANSACTION_VALUE) {
        throw new RefusedException("invalid header type " + channelHeader.getType()
            + "; ENDORSER_TRANSACTION is expected");
      }
      if (channelHeader.getChannelId().isEmpty()) {
        throw new RefusedException("no channel id provided");
      }
      if (spec.getChaincodeId().getName().isEmpty()) {
        throw new RefusedException("no chaincode name is provided, channel id ["
            + channelHeader.getChannelId() + "]");
      }
      return new Proposed(signed, header, channelHeader,
          SignatureHeader.parseFrom(header.getSignatureHeader()), payload, spec.getInput(),
          spec.getChaincodeId().getName());
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException("not a proposal: " + e.getMessage(), e);
    }
  }

  String channel() {
    return channelHeader.getChannelId();
  }

  String transactionId() {
    return channelHeader.getTxId();
  }

  /** The payload as it goes onto the ledger: without the transient data. */
  ByteString publicPayload() {
    return payload.toBuilder().clearTransientMap().build().toByteString();
  }

  /** What the endorsement is bound to. */
  ByteString hash() {
    return hash(header, publicPayload());
  }

  static ByteString hash(Header header, ByteString publicPayload) {
    return Digests.sha256(header.getChannelHeader(), header.getSignatureHeader(), publicPayload);
  }

  /** The id that a transaction with this nonce and creator has. */
  static String transactionId(SignatureHeader header) {
    return HexFormat.of()
        .formatHex(Digests.sha256(header.getNonce(), header.getCreator()).toByteArray());
  }
}
