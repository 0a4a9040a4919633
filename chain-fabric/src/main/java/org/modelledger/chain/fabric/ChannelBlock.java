package org.modelledger.chain.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.modelledger.chain.fabric.protocol.MalformedInputException;
import org.modelledger.chain.fabric.protocol.Outcomes;
import org.modelledger.model.Digest;

/**
 * A block of the channel, as far as the registry is in it.
 *
 * @param number the block's
 * @param hash of its header, by which the next block names it
 * @param previousHash of the header of the block before; empty in block 0
 * @param transactions the valid ones that carried something out, in order
 */
record ChannelBlock(long number, String hash, String previousHash,
    List<Outcome> transactions) {
  /**
   * What a valid transaction carried out.
   *
   * @param index its number in the block
   * @param transactionId its id
   * @param outcomes what its event says
   */
  record Outcome(int index, String transactionId, Outcomes outcomes) {}

  /**
   * Reads a block and checks that its contents are those that its header names.
   *
   * @param chaincode whose outcomes are wanted
   * @throws BrokenChainException if they are not
   * @throws MalformedInputException if the chaincode's event is of a format that is newer than this
   *     client
   */
  static ChannelBlock read(Block block, String chaincode) {
    BlockHeader header = block.getHeader();
    List<ByteString> data = block.getData().getDataList();
    if (!header.getDataHash().equals(hashOf(data))) {
      throw new BrokenChainException("block " + header.getNumber()
          + " does not have the contents that its header names by their hash");
    }
    List<Outcome> transactions = new ArrayList<>();
    ByteString codes = codes(block);
    for (int i = 0; i < data.size(); i++) {
      if (i < codes.size() && codes.byteAt(i) == TxValidationCode.VALID_VALUE) {
        try {
          int index = i;
          read(data.get(i), chaincode)
              .ifPresent(found -> transactions
                  .add(new Outcome(index, found.getTxId(),
                      Outcomes.parse(found.getPayload().toByteArray()))));
        } catch (InvalidProtocolBufferException e) {
          throw new MalformedInputException("transaction " + i + " of block " + header.getNumber()
              + " is valid by the peer's word and cannot be read", e);
        }
      }
    }
    return new ChannelBlock(header.getNumber(), hash(header),
        Digest.of(padded(header.getPreviousHash())).hex(), List.copyOf(transactions));
  }

  /** Returns the hash of a block's header: SHA-256 of number, previous hash and data hash in ASN.1. */
  static String hash(BlockHeader header) {
    try {
      return Digest.sha256(new DERSequence(new ASN1Encodable[]{
          new ASN1Integer(BigInteger.valueOf(header.getNumber())),
          new DEROctetString(header.getPreviousHash().toByteArray()),
          new DEROctetString(header.getDataHash().toByteArray())}).getEncoded(ASN1Encoding.DER))
          .hex();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] padded(ByteString hash) {
    return hash.isEmpty() ? new byte[Digest.BYTES] : hash.toByteArray();
  }

  private static ByteString hashOf(List<ByteString> data) {
    MessageDigest sha256 = Digest.sha256();
    data.forEach(part -> sha256.update(part.asReadOnlyByteBuffer()));
    return ByteString.copyFrom(sha256.digest());
  }

  private static ByteString codes(Block block) {
    int index = BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE;
    return index < block.getMetadata().getMetadataCount()
        ? block.getMetadata().getMetadata(index)
        : ByteString.EMPTY;
  }

  /** The chaincode's event in a transaction, if it is one of the chaincode and has one. */
  private static Optional<ChaincodeEvent> read(ByteString envelope, String chaincode)
      throws InvalidProtocolBufferException {
    Payload payload = Payload.parseFrom(Envelope.parseFrom(envelope).getPayload());
    ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
    if (header.getType() != HeaderType.ENDORSER_TRANSACTION_VALUE) {
      return Optional.empty();
    }
    Transaction transaction = Transaction.parseFrom(payload.getData());
    if (transaction.getActionsCount() == 0) {
      return Optional.empty();
    }
    ByteString bytes = ChaincodeAction
        .parseFrom(ProposalResponsePayload
            .parseFrom(ChaincodeActionPayload.parseFrom(transaction.getActions(0).getPayload())
                .getAction()
                .getProposalResponsePayload())
            .getExtension())
        .getEvents();
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    ChaincodeEvent event = ChaincodeEvent.parseFrom(bytes);
    return event.getChaincodeId().equals(chaincode)
        && event.getEventName().equals(Outcomes.EVENT_NAME)
            ? Optional.of(event.toBuilder().setTxId(header.getTxId()).build())
            : Optional.empty();
  }
}
