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
    ByteString payload = Payload.newBuilder()
        .setHeader(Header.newBuilder()
            .setChannelHeader(ChannelHeader.newBuilder()
                .setType(HeaderType.CONFIG_VALUE)
                .setChannelId(channel)
                .setTimestamp(Timestamp.newBuilder()
                    .setSeconds(now.getEpochSecond())
                    .setNanos(now.getNano()))
                .build()
                .toByteString())
            .setSignatureHeader(signatureHeader()))
        .setData(config.toByteString())
        .build()
        .toByteString();
    Envelope envelope = Envelope.newBuilder()
        .setPayload(payload)
        .setSignature(orderer.sign(payload))
        .build();
    return complete(header(0, ByteString.EMPTY, List.of(envelope.toByteString())),
        List.of(envelope.toByteString()), new byte[]{0});
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
    ByteString lastConfig = LastConfig.newBuilder().setIndex(0).build().toByteString();
    return Block.newBuilder()
        .setHeader(header)
        .setData(BlockData.newBuilder().addAllData(envelopes))
        .setMetadata(BlockMetadata.newBuilder()
            // by BlockMetadataIndex: SIGNATURES, LAST_CONFIG, TRANSACTIONS_FILTER, ORDERER, COMMIT_HASH
            .addMetadata(signed(header, OrdererBlockMetadata.newBuilder()
                .setLastConfig(LastConfig.newBuilder().setIndex(0))
                .build()
                .toByteString()))
            .addMetadata(signed(header, lastConfig))
            .addMetadata(ByteString.copyFrom(codes))
            .addMetadata(ByteString.EMPTY)
            .addMetadata(ByteString.EMPTY))
        .build();
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
    byte[] nonce = new byte[24];
    random.nextBytes(nonce);
    return SignatureHeader.newBuilder()
        .setCreator(orderer.node().serialized())
        .setNonce(ByteString.copyFrom(nonce))
        .build()
        .toByteString();
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
