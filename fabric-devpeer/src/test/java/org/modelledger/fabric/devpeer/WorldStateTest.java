package org.modelledger.fabric.devpeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.RangeQueryInfo;
import org.junit.jupiter.api.Test;

class WorldStateTest {
  private final WorldState state = new WorldState();

  @Test
  void keysAreInTheOrderOfTheirUtf8() {
    List<String> keys = new ArrayList<>(List.of("a", "b", "", "\u0000", "aa", "é", "\uffff",
        "\ue000", "\ud7ff", "\ud83d\ude00", "\udbff\udfff", "a\ud83d\ude00", "a\uffff"));
    keys.sort(Keys.ORDER);
    List<String> expected = new ArrayList<>(keys);
    expected.sort((a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8),
        b.getBytes(StandardCharsets.UTF_8)));
    assertThat(keys).isEqualTo(expected);
  }

  @Test
  void aSimulationSeesOneBlock() {
    write("a", "1", 1, 0);
    write("a", "2", 2, 0);
    write("b", "2", 2, 1);
    assertThat(new Simulation(state, 1).get("ns", "a")).contains(bytes("1"));
    assertThat(new Simulation(state, 1).get("ns", "b")).isEmpty();
    assertThat(new Simulation(state, 2).get("ns", "a")).contains(bytes("2"));
    assertThat(new Simulation(state, 2).get("other", "a")).isEmpty();
  }

  @Test
  void whatIsReadIsNotedWithItsVersion() throws Exception {
    write("a", "1", 3, 7);
    Simulation simulation = new Simulation(state, 3);
    assertThat(simulation.get("ns", "a")).isPresent();
    assertThat(simulation.get("ns", "missing")).isEmpty();
    simulation.put("ns", "b", bytes("x"));
    simulation.put("ns", "c", ByteString.EMPTY);
    assertThat(simulation.get("ns", "b")).as("as in Fabric, own writes are not read").isEmpty();

    KVRWSet set = KVRWSet.parseFrom(simulation.result().getNsRwset(0).getRwset());
    assertThat(set.getReads(0).getVersion().getBlockNum()).isEqualTo(3);
    assertThat(set.getReads(0).getVersion().getTxNum()).isEqualTo(7);
    assertThat(set.getReads(1).hasVersion()).isFalse();
    assertThat(set.getWrites(0).getIsDelete()).isFalse();
    assertThat(set.getWrites(1).getIsDelete()).isTrue();
  }

  @Test
  void aRangeIsNotedAsFarAsItWasRead() throws Exception {
    for (String key : List.of("a", "b", "c", "d")) {
      write(key, key, 1, 0);
    }
    Simulation simulation = new Simulation(state, 1);
    Simulation.Range part = simulation.range("ns", "a", "d");
    assertThat(part.next()).isPresent();
    assertThat(part.next()).isPresent();
    Simulation.Range whole = simulation.range("ns", "b", "");
    while (whole.next().isPresent()) {
      // read to the end
    }
    KVRWSet set = KVRWSet.parseFrom(simulation.result().getNsRwset(0).getRwset());
    RangeQueryInfo first = set.getRangeQueriesInfo(0);
    assertThat(first.getEndKey()).isEqualTo("b");
    assertThat(first.getItrExhausted()).isFalse();
    assertThat(first.getRawReads().getKvReadsCount()).isEqualTo(2);
    RangeQueryInfo second = set.getRangeQueriesInfo(1);
    assertThat(second.getEndKey()).isEmpty();
    assertThat(second.getItrExhausted()).isTrue();
    assertThat(second.getRawReads().getKvReadsCount()).isEqualTo(3);
  }

  @Test
  void deletedKeysAreGoneWithTheirMetadataAndHaveAHistory() {
    write("a", "1", 1, 0);
    state.writeMetadata("ns", "a", Map.of("m", bytes("x")), new Height(2, 0), "tx2", time());
    assertThat(state.get("ns", "a", 2).orElseThrow().metadata()).containsKey("m");
    assertThat(state.get("ns", "a", 2).orElseThrow().height()).isEqualTo(new Height(2, 0));
    state.write("ns", "a", Optional.empty(), new Height(3, 0), "tx3", time());
    write("a", "2", 4, 0);
    assertThat(state.get("ns", "a", 3)).isEmpty();
    assertThat(state.get("ns", "a", 4).orElseThrow().metadata()).isEmpty();
    assertThat(state.history("ns", "a", 4)).extracting(WorldState.Entry::value)
        .containsExactly(Optional.of(bytes("2")), Optional.empty(), Optional.of(bytes("1")));
  }

  @Test
  void aTransactionWithPagesOnlyReads() throws Exception {
    Simulation paged = new Simulation(state, 0);
    assertThat(paged.pagedRange("ns", "a", "b").next()).isEmpty();
    assertThatThrownBy(() -> paged.put("ns", "a", bytes("x"))).hasMessageContaining("pages");
    Simulation writing = new Simulation(state, 0);
    writing.delete("ns", "a");
    assertThatThrownBy(() -> writing.pagedRange("ns", "a", "b")).hasMessageContaining("pages");
  }

  private void write(String key, String value, long block, long transaction) {
    state.write("ns", key, Optional.of(bytes(value)), new Height(block, transaction),
        "tx" + block, time());
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static Timestamp time() {
    return Timestamp.getDefaultInstance();
  }
}
