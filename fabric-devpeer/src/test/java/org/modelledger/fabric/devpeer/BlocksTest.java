package org.modelledger.fabric.devpeer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.junit.jupiter.api.Test;

/** Hashes that any other reader of the blocks must come to as well; the encodings are written out by hand. */
class BlocksTest {
  private static final String PREVIOUS = "11".repeat(32);
  private static final String DATA = "ee".repeat(32);

  private final Blocks blocks = new Blocks(new Organization("OrdererMSP", "orderer"));

  @Test
  void aBlocksHashIsOverTheDerOfItsNumberAndTheTwoHashes() throws Exception {
    assertThat(hash(0, "", DATA)).isEqualTo(sha256("3027" + "020100" + "0400" + "0420" + DATA));
    assertThat(hash(127, PREVIOUS, DATA))
        .isEqualTo(sha256("3047" + "02017f" + "0420" + PREVIOUS + "0420" + DATA));
    // integers have a sign in ASN.1, and numbers of blocks have none
    assertThat(hash(128, PREVIOUS, DATA))
        .isEqualTo(sha256("3048" + "02020080" + "0420" + PREVIOUS + "0420" + DATA));
    assertThat(hash(-1, PREVIOUS, DATA)).isEqualTo(
        sha256("304f" + "020900ffffffffffffffff" + "0420" + PREVIOUS + "0420" + DATA));
  }

  @Test
  void theHashOfTheDataIsOverTheEnvelopesOneAfterTheOther() throws Exception {
    assertThat(blocks.header(7, bytes(PREVIOUS), List.of(bytes("0102"), bytes(""), bytes("03")))
        .getDataHash()).isEqualTo(sha256("010203"));
  }

  private static ByteString hash(long number, String previous, String data) {
    return Blocks.hash(BlockHeader.newBuilder()
        .setNumber(number)
        .setPreviousHash(bytes(previous))
        .setDataHash(bytes(data))
        .build());
  }

  private static ByteString sha256(String hex) throws Exception {
    return ByteString.copyFrom(
        MessageDigest.getInstance("SHA-256").digest(HexFormat.of().parseHex(hex)));
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
