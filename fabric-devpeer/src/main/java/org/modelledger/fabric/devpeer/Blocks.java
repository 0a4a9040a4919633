package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.MSPConfig;

/** Builds blocks: chained by the hashes of their headers and signed as an orderer signs them. */
final class Blocks {
  private final Organization orderer;
  private final SecureRandom random = new SecureRandom();

  Blocks(Organization orderer) {
    this.orderer = orderer;
  }

  /** The hash that the next block names: SHA-256 of number, previous hash and data hash in ASN.1. */
  static ByteString hash(BlockHeader header) {
    return Digests.sha256(encode(header));
  }

  /** Block 0: what a channel's configuration says of its organisations. */
  Block genesis(String channel, List<Organization> organizations) {
    ConfigGroup.Builder application = ConfigGroup.newBuilder();
    for (Organization organization : organizations) {
      FabricMSPConfig msp = FabricMSPConfig.newBuilder()
          .setName(organization.mspId())
          .addRootCerts(ByteString
              .copyFromUtf8(DevIdentity.pem(organization.authority().certificate())))
          .addTlsRootCerts(ByteString
              .copyFromUtf8(DevIdentity.pem(organization.tlsAuthority().certificate())))
          .build();
      application.putGroups(organization.mspId(),
          ConfigGroup.newBuilder()
              .putValues("MSP",
                  ConfigValue.newBuilder()
                      .setValue(
                          MSPConfig.newBuilder()
                              .setConfig(msp.toByteString())
                              .build()
                              .toByteString())
                      .build())
              .build());
    }
    ConfigEnvelope config = ConfigEnvelope.newBuilder()
        .setConfig(Config.newBuilder()
            .setChannelGroup(
                ConfigGroup.newBuilder().putGroups("Application", application.build())))
        .build();
    Instant now = Instant.now();
    // nobody has signed it, as in Fabric
    SignatureHeader nobody = SignatureHeader.newBuilder().setNonce(nonce()).build();
    ByteString envelope = Envelope.newBuilder()
        .setPayload(Payload.newBuilder()
            .setHeader(Header.newBuilder()
                .setChannelHeader(ChannelHeader.newBuilder()
                    .setType(HeaderType.CONFIG_VALUE)
                    .setVersion(1)
                    .setChannelId(channel)
                    .setTxId(Proposed.transactionId(nobody))
                    .setTimestamp(Timestamp.newBuilder().setSeconds(now.getEpochSecond()))
                    .build()
                    .toByteString())
                .setSignatureHeader(nobody.toByteString()))
            .setData(config.toByteString())
            .build()
            .toByteString())
        .build()
        .toByteString();
    return block(header(0, ByteString.EMPTY, List.of(envelope)), List.of(envelope), new byte[]{0},
        Metadata.newBuilder().setValue(configuredAtFirst()).build().toByteString());
  }

  BlockHeader header(long number, ByteString previousHash, List<ByteString> envelopes) {
    return BlockHeader.newBuilder()
        .setNumber(number)
        .setPreviousHash(previousHash)
        .setDataHash(Digests.sha256(envelopes.toArray(ByteString[]::new)))
        .build();
  }

  /**
   * A whole block.
   *
   * @param codes the validation code of each transaction
   */
  Block complete(BlockHeader header, List<ByteString> envelopes, byte[] codes) {
    return block(header, envelopes, codes, signed(header, configuredAtFirst()));
  }

  private static Block block(BlockHeader header, List<ByteString> envelopes, byte[] codes,
      ByteString signatures) {
    return Block.newBuilder()
        .setHeader(header)
        .setData(BlockData.newBuilder().addAllData(envelopes))
        .setMetadata(BlockMetadata.newBuilder()
            // by BlockMetadataIndex: SIGNATURES, LAST_CONFIG, TRANSACTIONS_FILTER, ORDERER, COMMIT_HASH
            .addMetadata(signatures)
            .addMetadata(ByteString.EMPTY)
            .addMetadata(ByteString.copyFrom(codes))
            .addMetadata(ByteString.EMPTY)
            .addMetadata(ByteString.EMPTY))
        .build();
  }

  /** The last configuration is that in block 0, always. */
  private static ByteString configuredAtFirst() {
    return OrdererBlockMetadata.newBuilder()
        .setLastConfig(LastConfig.newBuilder().setIndex(0))
        .build()
        .toByteString();
  }

  private ByteString signed(BlockHeader header, ByteString value) {
    ByteString signatureHeader = signatureHeader();
    return Metadata.newBuilder()
        .setValue(value)
        .addSignatures(MetadataSignature.newBuilder()
            .setSignatureHeader(signatureHeader)
            .setSignature(orderer.sign(value, signatureHeader, encode(header))))
        .build()
        .toByteString();
  }

  private ByteString signatureHeader() {
    return SignatureHeader.newBuilder()
        .setCreator(orderer.node().serialized())
        .setNonce(nonce())
        .build()
        .toByteString();
  }

  private ByteString nonce() {
    byte[] nonce = new byte[24];
    random.nextBytes(nonce);
    return ByteString.copyFrom(nonce);
  }

  private static ByteString encode(BlockHeader header) {
    try {
      return ByteString.copyFrom(new DERSequence(new ASN1Encodable[]{
          new ASN1Integer(new BigInteger(Long.toUnsignedString(header.getNumber()))),
          new DEROctetString(header.getPreviousHash().toByteArray()),
          new DEROctetString(header.getDataHash().toByteArray())}).getEncoded(ASN1Encoding.DER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
