package org.modelledger.chain.fabric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.Test;
import org.modelledger.chain.fabric.protocol.MalformedInputException;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.fabric.protocol.Outcomes;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command.CreateModel;

class ChannelBlockTest {
  private static final byte[] OUTCOMES = new Outcomes(Blocks.ANN, Blocks.NOW, Optional.empty(),
      List.of(created("acme/digits"))).toJson();

  static Outcome created(String model) {
    return new Outcome.Accepted(Optional.empty(), new CreateModel(ModelName.of(model)), 0,
        Optional.empty());
  }

  @Test
  void hasWhatValidTransactionsOfTheChaincodeCarriedOut() {
    Block block = new Blocks()
        .transaction("other", TxValidationCode.VALID, "other", Outcomes.EVENT_NAME, OUTCOMES)
        .transaction("conflict", TxValidationCode.MVCC_READ_CONFLICT, "registry",
            Outcomes.EVENT_NAME, OUTCOMES)
        .transaction("another", TxValidationCode.VALID, "registry", "another", OUTCOMES)
        .transaction("ours", TxValidationCode.VALID, "registry", Outcomes.EVENT_NAME, OUTCOMES)
        .cut();

    ChannelBlock read = ChannelBlock.read(block, "registry");

    assertThat(read.transactions())
        .containsExactly(new ChannelBlock.Outcome(3, "ours", Outcomes.parse(OUTCOMES)));
  }

  @Test
  void namesTheBlockBeforeIt() {
    Blocks blocks = new Blocks();
    ChannelBlock first = blocks.read();
    ChannelBlock second = blocks.read();

    assertThat(second.previousHash()).isEqualTo(first.hash());
    assertThat(second.number()).isEqualTo(1);
  }

  @Test
  void hasTheContentsThatItsHeaderNames() {
    Block block = new Blocks()
        .transaction("ours", TxValidationCode.VALID, "registry", Outcomes.EVENT_NAME, OUTCOMES)
        .cut();
    ByteString data = block.getData().getData(0);
    byte[] changed = data.toByteArray();
    changed[changed.length / 2] ^= 1;
    Block forged = block.toBuilder()
        .setData(block.getData().toBuilder().setData(0, ByteString.copyFrom(changed)))
        .build();

    assertThatExceptionOfType(BrokenChainException.class)
        .isThrownBy(() -> ChannelBlock.read(forged, "registry"))
        .withMessageContaining("block 0");
  }

  @Test
  void saysThatTheClientIsTooOldForTheChaincode() {
    byte[] newer = new String(OUTCOMES, UTF_8).replace("\"format\":1", "\"format\":2")
        .getBytes(UTF_8);
    Block block = new Blocks()
        .transaction("ours", TxValidationCode.VALID, "registry", Outcomes.EVENT_NAME, newer)
        .cut();

    assertThatExceptionOfType(MalformedInputException.class)
        .isThrownBy(() -> ChannelBlock.read(block, "registry"))
        .withMessageContaining("a newer one is needed");
  }
}
