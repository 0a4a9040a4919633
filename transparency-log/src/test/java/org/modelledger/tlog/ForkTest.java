package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A log that shows two histories, each of them sound and signed, to two people. */
class ForkTest {

  private static final NoteSigner LOG = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final CosignatureSigner KEY = CosignatureSigner.generate("witness.example",
      new SecureRandom());

  /** Shows the files of a history under some checkpoint. */
  private static TileSource showing(SmallLog history, SignedCheckpoint checkpoint) {
    return new TileSource() {
      @Override
      public Optional<byte[]> read(String path, int maxBytes) throws IOException {
        return path.equals("checkpoint")
            ? Optional.of(checkpoint.text().getBytes(UTF_8))
            : history.files().read(path, maxBytes);
      }

      @Override
      public String toString() {
        return "the log's site";
      }
    };
  }

  @Test
  void onlyTheHistoryThatTheWitnessSawIsBelieved() throws Exception {
    try (SmallLog shown = new SmallLog(LOG, "history");
        SmallLog hidden = new SmallLog(LOG, "fork");
        Witness witness = Witness.create(new SimulatedDisk(), KEY, List.of(LOG.verifier()),
            InstantSource.system());
        WitnessServer server = WitnessServer.start(witness, 0)) {
      WitnessPolicy policy = WitnessPolicy.parse("log " + LOG.verifier() + "\nwitness w "
          + KEY.verifier() + " " + server.uri() + "\nquorum w\n");
      SignedCheckpoint good;
      Cosigned refused;
      try (WitnessClient client = WitnessClient.of(policy, Duration.ofMinutes(1))) {
        good = client.cosign(shown.at(300), shown.reader()).checkpoint();
        refused = client.cosign(hidden.at(301), hidden.reader());
      }
      assertThat(refused.isQuorum()).isFalse();
      assertThat(refused.failures()).singleElement()
          .satisfies(f -> assertThat(f.kind()).isEqualTo(WitnessFailure.Kind.INCONSISTENT));

      // without a policy nobody could tell one from the other
      SignedCheckpoint bad = hidden.at(301);
      LogReader trusting = LogReader.open(showing(hidden, bad), LOG.verifier());
      trusting.verifyAll(trusting.latest()).requireIntact();

      LogReader auditor = LogReader.open(showing(shown, good), LOG.verifier(), policy);
      assertThat(auditor.latest()).isEqualTo(good);
      auditor.verifyAll(good).requireIntact();
      LogReader betrayed = LogReader.open(showing(hidden, bad), LOG.verifier(), policy);
      assertThatThrownBy(betrayed::latest).isInstanceOf(ProofException.class)
          .hasMessageContaining("the checkpoint of size 301 of the log 'example.com/log' is not "
              + "cosigned by a quorum: witnesses [] have signed, [w] have not");

      // the cosignature of the other history does not fit
      SignedNote.Signature moved = good.note().signatures().getLast();
      LogReader tricked = LogReader.open(showing(hidden, bad.with(List.of(moved))),
          LOG.verifier(), policy);
      assertThatThrownBy(tricked::latest).isInstanceOf(ProofException.class)
          .hasMessageContaining("the cosignature of " + KEY.verifier() + " does not verify");

      // nor does a reader that remembers go along, whoever cosigned
      LogReader remembering = LogReader.open(showing(hidden, bad), LOG.verifier(),
          WitnessPolicy.parse("quorum none\n"), good);
      assertThatThrownBy(remembering::latest).isInstanceOf(ProofException.class)
          .hasMessageContaining("was rewritten");
    }
  }

  @Test
  void aProofOfTheOtherHistoryIsRefused() throws Exception {
    try (SmallLog shown = new SmallLog(LOG, "history");
        SmallLog hidden = new SmallLog(LOG, "fork");
        Witness witness = Witness.create(new SimulatedDisk(), KEY, List.of(LOG.verifier()),
            InstantSource.system());
        WitnessServer server = WitnessServer.start(witness, 0)) {
      WitnessPolicy policy = WitnessPolicy.parse("log " + LOG.verifier() + "\nwitness w "
          + KEY.verifier() + " " + server.uri() + "\nquorum w\n");
      try (WitnessClient client = WitnessClient.of(policy, Duration.ofMinutes(1))) {
        SignedCheckpoint good = client.cosign(shown.at(3), shown.reader()).checkpoint();
        TlogProof proof = TlogProof.parse(TlogProof
            .of(shown.reader().inclusionProof(2, good), good)
            .text()
            .getBytes(UTF_8));
        Hash leaf = MerkleTree.leafHash("history2".getBytes(UTF_8));
        assertThat(proof.verify(leaf, policy)).isEqualTo(good);
        SignedCheckpoint bad = hidden.at(3);
        TlogProof forged = TlogProof.of(hidden.reader().inclusionProof(2, bad), bad);
        Hash other = MerkleTree.leafHash("fork2".getBytes(UTF_8));
        assertThat(forged.verify(other, policy.logs())).isEqualTo(bad);
        assertThatThrownBy(() -> forged.verify(other, policy)).isInstanceOf(ProofException.class)
            .hasMessageContaining("not cosigned by a quorum");
      }
    }
  }
}
