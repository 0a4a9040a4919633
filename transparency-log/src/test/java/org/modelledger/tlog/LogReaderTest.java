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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
  void proofsAreForTheHistoryOfTheirCheckpoint() throws Exception {
    Server server = new Server(log("a", 70_000));
    LogReader reader = LogReader.open(server, SIGNER.verifier());
    SignedCheckpoint a = reader.latest();
    SimulatedDisk aDisk = server.disk;
    SimulatedDisk bDisk = log("b", 70_000);
    server.disk = bDisk;
    SignedCheckpoint b = LogReader.open(server, SIGNER.verifier()).latest();
    Hash leafOfA = MerkleTree.leafHash("a5".getBytes(UTF_8));
    Hash leafOfB = MerkleTree.leafHash("b5".getBytes(UTF_8));
    for (int turn = 0; turn < 3; turn++) {
      server.disk = aDisk;
      reader.inclusionProof(5, a).verify(leafOfA, a.root());
      assertThatThrownBy(() -> reader.inclusionProof(5, a).verify(leafOfB, b.root()))
          .isInstanceOf(ProofException.class);
      // the right edges of both are known after the first turn, the tiles below are a's
      assertThatThrownBy(() -> reader.inclusionProof(5, b)).isInstanceOf(ProofException.class);
      assertThatThrownBy(() -> reader.consistencyProof(500, b)).isInstanceOf(ProofException.class);
      assertThatThrownBy(() -> reader.rootAt(500, b)).isInstanceOf(ProofException.class);
      assertThatThrownBy(() -> reader.rangeInclusionProof(3, 7, b))
          .isInstanceOf(ProofException.class);
      assertThatThrownBy(() -> reader.inclusionProofs(3, 7, b, proof -> {
      })).isInstanceOf(ProofException.class);
      server.disk = bDisk;
      reader.inclusionProof(5, b).verify(leafOfB, b.root());
      assertThatThrownBy(() -> reader.inclusionProof(5, a)).isInstanceOf(ProofException.class);
    }
  }

  @Test
  void tilesReadForOneCheckpointServeTheNext() throws Exception {
    SimulatedDisk disk = log("a", 70_000);
    Server server = new Server(disk);
    LogReader reader = LogReader.open(server, SIGNER.verifier());
    SignedCheckpoint before = reader.latest();
    InclusionProof unused = reader.inclusionProof(5, before);
    extend(disk, "a", 70_300);
    SignedCheckpoint after = reader.latest();
    server.reads.clear();
    reader.inclusionProof(5, after).verify(MerkleTree.leafHash("a5".getBytes(UTF_8)), after.root());
    assertThat(server.reads).doesNotContainKeys("tile/0/000", "tile/1/000");
    assertThat(unused.treeSize()).isEqualTo(70_000);
  }

  @Test
  void manyThreadsProveFromOneReaderWhileTheSourceChangesItsMind() throws Exception {
    int size = 3_000;
    Server server = new Server(log("a", size));
    SignedCheckpoint a = LogReader.open(server, SIGNER.verifier()).latest();
    List<SimulatedDisk> disks = List.of(server.disk, log("b", size));
    server.disk = disks.get(1);
    SignedCheckpoint b = LogReader.open(server, SIGNER.verifier()).latest();
    LogReader reader = LogReader.open(server, SIGNER.verifier());
    List<Future<Integer>> done = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int thread = 0; thread < 4; thread++) {
        int start = thread;
        done.add(threads.submit(() -> {
          int proved = 0;
          for (int i = 0; i < 2_000; i++) {
            int index = (start * 1_009 + i * 257) % size;
            boolean ofA = i / 10 % 2 == 0;
            server.disk = disks.get(i / 100 % 2);
            SignedCheckpoint at = ofA ? a : b;
            InclusionProof proof;
            try {
              proof = reader.inclusionProof(index, at);
            } catch (ProofException e) {
              continue; // the source showed the other history
            }
            proof.verify(MerkleTree.leafHash(((ofA ? "a" : "b") + index).getBytes(UTF_8)),
                at.root());
            proved++;
          }
          return proved;
        }));
      }
    }
    int proved = 0;
    for (Future<Integer> each : done) {
      proved += each.get();
    }
    assertThat(proved).isPositive();
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
