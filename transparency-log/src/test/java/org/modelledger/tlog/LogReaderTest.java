package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());

  private static SimulatedDisk log(String content, int size) {
    SimulatedDisk disk = new SimulatedDisk();
    extend(disk, content, size);
    return disk;
  }

  private static void extend(SimulatedDisk disk, String content, int size) {
    try (LogWriter log = LogWriter.open(Path.of("unused"),
        LogOptions.builder().signer(SIGNER).storage(any -> disk).build())) {
      for (long i = log.size(); i < size; i++) {
        log.append((content + i).getBytes(UTF_8));
      }
    }
  }

  /** A source that can be pointed elsewhere, as a server may change its mind. */
  private static final class Server implements TileSource {
    private volatile SimulatedDisk disk;
    private final Map<String, Integer> reads = new ConcurrentHashMap<>();

    Server(SimulatedDisk disk) {
      this.disk = disk;
    }

    @Override
    public Optional<byte[]> read(String path, int maxBytes) throws IOException {
      reads.merge(path, 1, Integer::sum);
      return disk.read(path, maxBytes);
    }

    @Override
    public String toString() {
      return "server";
    }
  }

  @Test
  void followsALogThatGrows() throws Exception {
    SimulatedDisk disk = log("a", 10);
    LogReader reader = LogReader.open(new Server(disk), SIGNER.verifier());
    SignedCheckpoint ten = reader.latest();
    assertThat(reader.latest()).isEqualTo(ten);
    extend(disk, "a", 1000);
    SignedCheckpoint thousand = reader.latest();
    assertThat(thousand.size()).isEqualTo(1000);
    reader.consistencyProof(10, thousand).verify(ten.root(), thousand.root());
    assertThat(reader.rootAt(10, thousand)).isEqualTo(ten.root());
    assertThat(reader.entry(3, ten)).isEqualTo(reader.entry(3, thousand));
  }

  @Test
  void refusesARollBack() throws Exception {
    Server server = new Server(log("a", 300));
    LogReader reader = LogReader.open(server, SIGNER.verifier());
    SignedCheckpoint seen = reader.latest();
    server.disk = log("a", 299);
    assertThatExceptionOfType(ProofException.class).isThrownBy(reader::latest)
        .withMessage(
            "the log at server was rolled back: its size is 299, but it has signed a checkpoint of size 300");
    LogReader remembering = LogReader.open(server, SIGNER.verifier(), seen);
    assertThatExceptionOfType(ProofException.class).isThrownBy(remembering::latest)
        .withMessageContaining("rolled back");
  }

  @Test
  void refusesARewrittenLogOfTheSameOrALargerSize() throws Exception {
    for (int size : new int[]{300, 301, 1000}) {
      Server server = new Server(log("a", 300));
      LogReader reader = LogReader.open(server, SIGNER.verifier());
      SignedCheckpoint seen = reader.latest();
      server.disk = log("b", size);
      assertThatExceptionOfType(ProofException.class).isThrownBy(reader::latest)
          .withMessageStartingWith("the log at server was rewritten: at size 300 it has the root");
      server.disk = log("a", 1000);
      assertThat(reader.latest().size()).isEqualTo(1000);
      assertThat(seen.size()).isEqualTo(300);
    }
  }

  @Test
  void cachedTilesAreNotBelievedForAnotherHistory() throws Exception {
    Server server = new Server(log("a", 1000));
    LogReader reader = LogReader.open(server, SIGNER.verifier());
    SignedCheckpoint a = reader.latest();
    assertThat(reader.entry(5, a)).isEqualTo("a5".getBytes(UTF_8));
    server.disk = log("b", 1000);
    SignedCheckpoint b = LogReader.open(server, SIGNER.verifier()).latest();
    assertThat(reader.entry(5, b)).isEqualTo("b5".getBytes(UTF_8));
    assertThatExceptionOfType(ProofException.class).isThrownBy(() -> reader.entry(5, a));
  }

  @Test
  void tilesAreReadOnceForManyProofs() throws Exception {
    Server server = new Server(log("a", 2000));
    LogReader reader = LogReader.open(server, SIGNER.verifier());
    SignedCheckpoint at = reader.latest();
    for (int i = 0; i < 2000; i++) {
      reader.inclusionProof(i, at)
          .verify(MerkleTree.leafHash(("a" + i).getBytes(UTF_8)),
              at.root());
    }
    assertThat(server.reads).containsEntry("tile/0/003", 1)
        .containsEntry("tile/1/000.p/7", 1)
        .containsEntry("tile/0/007.p/208", 1)
        .hasSize(10);
  }

  @Test
  void handsOverRangesInOrder() throws Exception {
    LogReader reader = LogReader.open(new Server(log("a", 700)), SIGNER.verifier());
    SignedCheckpoint at = reader.latest();
    for (int[] range : new int[][]{{0, 700}, {255, 257}, {256, 512}, {10, 10}, {699, 700},
        {3, 690}}) {
      List<String> entries = new ArrayList<>();
      reader.entries(range[0], range[1], at, (index, entry) -> {
        assertThat(index).isEqualTo(range[0] + entries.size());
        entries.add(new String(entry, UTF_8));
      });
      assertThat(entries).hasSize(range[1] - range[0]);
      for (int i = 0; i < entries.size(); i++) {
        assertThat(entries.get(i)).isEqualTo("a" + (range[0] + i));
      }
    }
  }

  @Test
  void refusesWhatIsOutsideTheCheckpoint() throws Exception {
    LogReader reader = LogReader.open(new Server(log("a", 7)), SIGNER.verifier());
    SignedCheckpoint at = reader.latest();
    assertThatThrownBy(() -> reader.entry(7, at)).isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("7");
    assertThatThrownBy(() -> reader.entry(-1, at)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> reader.inclusionProof(7, at))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> reader.entries(3, 8, at, (index, entry) -> {
    })).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> reader.consistencyProof(8, at))
        .withMessage("size is 8, wanted 0 to 7");
    assertThatIllegalArgumentException().isThrownBy(() -> reader.rootAt(-1, at))
        .withMessage("size is -1, wanted 0 to 7");
  }

  @Test
  void refusesACheckpointOfAnotherLog() throws Exception {
    NoteSigner other = NoteSigner.generate("example.com/other", new SecureRandom());
    SignedCheckpoint foreign = SignedCheckpoint
        .parse(other.sign(new Checkpoint("example.com/other", 1,
            MerkleTree.emptyRoot()).text()).encoded(), other.verifier());
    LogReader reader = LogReader.open(new Server(log("a", 7)), SIGNER.verifier());
    assertThatIllegalArgumentException().isThrownBy(() -> reader.entry(0, foreign))
        .withMessageContaining("this reader is for " + SIGNER.verifier());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogReader.open(new Server(log("a", 7)), SIGNER.verifier(), foreign));
  }

  @Test
  void anEmptyLogAndAMissingOneAreTwoThings(@TempDir Path temporary) throws Exception {
    LogReader empty = LogReader.open(new Server(log("a", 0)), SIGNER.verifier());
    SignedCheckpoint at = empty.latest();
    assertThat(at.size()).isZero();
    empty.verifyAll(at).requireIntact();
    assertThat(empty.rootAt(0, at)).isEqualTo(MerkleTree.emptyRoot());
    LogReader missing = LogReader.open(TileSource.directory(temporary.resolve("nothing")),
        SIGNER.verifier());
    assertThatExceptionOfType(ProofException.class).isThrownBy(missing::latest)
        .withMessageContaining("checkpoint is missing from")
        .withMessageContaining("nothing");
  }

  @Test
  void aSourceThatFailsSaysNothingAboutTheLog() throws Exception {
    SimulatedDisk disk = log("a", 7);
    LogReader reader = LogReader.open(new Server(disk), SIGNER.verifier());
    SignedCheckpoint at = reader.latest();
    disk.setFault((operation, name) -> {
      throw new IOException("cable pulled");
    });
    assertThatExceptionOfType(LogStorageException.class).isThrownBy(() -> reader.entry(0, at))
        .withMessageContaining("cannot read tile/0/000.p/7 from server: cable pulled");
  }
}
