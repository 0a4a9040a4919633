package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ProofsTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());

  // the leaves and roots that implementations of RFC 6962 have in common
  private static final List<String> LEAVES = List.of("", "00", "10", "2021", "3031", "40414243",
      "5051525354555657", "606162636465666768696a6b6c6d6e6f");
  private static final List<String> ROOTS = List.of(
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static LogWriter writer(SimulatedDisk disk) {
    return LogWriter.open(Path.of("unused"),
        LogOptions.builder().signer(SIGNER).storage(directory -> disk).build());
  }

  @Test
  void hashesAreThoseOfRfc6962() {
    assertThat(MerkleTree.emptyRoot().hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(MerkleTree.leafHash(new byte[0]).hex()).isEqualTo(ROOTS.getFirst());
    assertThat(MerkleTree.leafHash("L123456".getBytes(UTF_8)).hex())
        .isEqualTo("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
    assertThat(Hash.ofHex(ROOTS.getFirst()).base64())
        .isEqualTo("bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
    assertThatIllegalArgumentException().isThrownBy(() -> Hash.of(new byte[31]))
        .withMessage("a hash has 32 bytes, not 31");
  }

  @Test
  void rootsAndPathsAreThePublishedOnes() throws Exception {
    try (LogWriter log = writer(new SimulatedDisk())) {
      for (int i = 0; i < 8; i++) {
        log.append(HexFormat.of().parseHex(LEAVES.get(i)));
        assertThat(log.publish().root().hex()).isEqualTo(ROOTS.get(i));
      }
      assertThat(log.reader().inclusionProof(0, log.checkpoint()).path()).map(Hash::hex)
          .containsExactly("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
              "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
              "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
      assertThat(log.reader().inclusionProof(5, log.checkpoint()).path()).map(Hash::hex)
          .containsExactly("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
              "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    }
  }

  @Test
  void everyProofUpTo300IsThatOfTheRfcAndHolds() throws Exception {
    List<Hash> leaves = new ArrayList<>();
    Rfc6962 reference = new Rfc6962(leaves);
    SimulatedDisk disk = new SimulatedDisk();
    try (LogWriter log = writer(disk)) {
      for (int size = 1; size <= 300; size++) {
        byte[] entry = {(byte) size, (byte) (size >>> 8)};
        leaves.add(MerkleTree.leafHash(entry));
        log.append(entry);
        SignedCheckpoint at = log.publish();
        assertThat(at.root()).isEqualTo(reference.root(0, size));
        LogReader reader = log.reader();
        for (int i = 0; i < size; i++) {
          InclusionProof inclusion = reader.inclusionProof(i, at);
          assertThat(inclusion.path()).isEqualTo(reference.inclusion(i, 0, size));
          inclusion.verify(leaves.get(i), at.root());
        }
        for (int old = 0; old <= size; old++) {
          ConsistencyProof consistency = reader.consistencyProof(old, at);
          assertThat(reader.rootAt(old, at)).isEqualTo(reference.root(0, old));
          if (old > 0) {
            assertThat(consistency.path()).isEqualTo(reference.consistency(old, 0, size, true));
          }
          consistency.verify(reference.root(0, old), at.root());
        }
      }
    }
  }

  @Test
  void alteredProofsAreRefused() throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed());
    List<Hash> leaves = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      leaves.add(MerkleTree.leafHash(new byte[]{(byte) i}));
    }
    Rfc6962 reference = new Rfc6962(leaves);
    for (int round = 0; round < 5_000; round++) {
      int size = random.nextInt(2, 200);
      int index = random.nextInt(size);
      Hash root = reference.root(0, size);
      InclusionProof right = new InclusionProof(index, size, reference.inclusion(index, 0, size));
      right.verify(leaves.get(index), root);
      assertRefused(() -> new InclusionProof(index, size, altered(right.path(), random))
          .verify(leaves.get(index), root));
      assertRefused(() -> right.verify(altered(leaves.get(index), random), root));
      assertRefused(() -> right.verify(leaves.get(index), altered(root, random)));
      int other = random.nextInt(size);
      if (other != index) {
        assertRefused(
            () -> new InclusionProof(other, size, right.path()).verify(leaves.get(index), root));
      }
      int old = random.nextInt(1, size);
      Hash oldRoot = reference.root(0, old);
      ConsistencyProof consistent = new ConsistencyProof(old, size,
          reference.consistency(old, 0, size, true));
      consistent.verify(oldRoot, root);
      assertRefused(() -> new ConsistencyProof(old, size, altered(consistent.path(), random))
          .verify(oldRoot, root));
      assertRefused(() -> consistent.verify(altered(oldRoot, random), root));
      assertRefused(() -> consistent.verify(oldRoot, altered(root, random)));
    }
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable verify) {
    assertThatThrownBy(verify).isInstanceOf(ProofException.class);
  }

  private static Hash altered(Hash hash, RandomGenerator random) {
    byte[] bytes = hash.toByteArray();
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return Hash.of(bytes);
  }

  private static List<Hash> altered(List<Hash> path, RandomGenerator random) {
    List<Hash> copy = new ArrayList<>(path);
    int at = random.nextInt(copy.size());
    switch (random.nextInt(3)) {
      case 0 -> copy.set(at, altered(copy.get(at), random));
      case 1 -> copy.remove(at);
      default -> copy.add(at, altered(copy.get(at), random));
    }
    return copy;
  }

  @Test
  void proofsForNothingArePlain() throws Exception {
    Hash empty = MerkleTree.emptyRoot();
    Hash one = MerkleTree.leafHash(new byte[0]);
    new ConsistencyProof(0, 0, List.of()).verify(empty, empty);
    new ConsistencyProof(0, 1, List.of()).verify(empty, one);
    new ConsistencyProof(1, 1, List.of()).verify(one, one);
    assertRefused(() -> new ConsistencyProof(0, 1, List.of()).verify(one, one));
    assertRefused(() -> new ConsistencyProof(0, 0, List.of()).verify(one, one));
    assertRefused(() -> new ConsistencyProof(1, 1, List.of(one)).verify(one, one));
    assertRefused(() -> new ConsistencyProof(1, 2, List.of()).verify(one, one));
    assertThatIllegalArgumentException().isThrownBy(() -> new InclusionProof(5, 5, List.of()))
        .withMessage("index 5 is not in a tree of size 5");
    assertThatIllegalArgumentException().isThrownBy(() -> new ConsistencyProof(3, 2, List.of()))
        .withMessage("no tree of size 2 continues one of size 3");
  }

  @Test
  void proofFilesAreCheckedOffline() throws Exception {
    NoteVerifier other = NoteSigner.generate("example.com/other", new SecureRandom()).verifier();
    NoteVerifier impostor = NoteSigner.generate("example.com/log", new SecureRandom()).verifier();
    byte[] entry = "the entry".getBytes(UTF_8);
    try (LogWriter log = writer(new SimulatedDisk())) {
      log.append(new byte[0]);
      log.append(entry);
      log.append(new byte[1]);
      SignedCheckpoint at = log.publish();
      TlogProof proof = TlogProof.of(log.reader().inclusionProof(1, at), at).withExtra(entry);
      assertThat(proof.text()).startsWith("c2sp.org/tlog-proof@v1\nextra dGhlIGVudHJ5\nindex 1\n")
          .endsWith("\n\n" + at.text());
      TlogProof read = TlogProof.parse(proof.text().getBytes(UTF_8));
      assertThat(read).isEqualTo(proof);
      assertThat(read.extraBytes()).hasValue(entry);
      Hash leaf = MerkleTree.leafHash(entry);
      assertThat(read.verify(leaf, List.of(other, log.verifier()))).isEqualTo(at);
      assertThatThrownBy(() -> read.verify(leaf, List.of(other)))
          .isInstanceOf(ProofException.class)
          .hasMessage(
              "the checkpoint is of the log 'example.com/log', accepted are only [example.com/other]");
      assertThatThrownBy(() -> read.verify(leaf, List.of(impostor)))
          .isInstanceOf(ProofException.class)
          .hasMessageContaining("none of the trusted keys");
      assertThatThrownBy(
          () -> read.verify(MerkleTree.leafHash(new byte[0]), List.of(log.verifier())))
          .isInstanceOf(ProofException.class)
          .hasMessageContaining("leads to the root");
      TlogProof elsewhere = new TlogProof(read.extra(), 7, read.path(), read.note());
      assertThatThrownBy(() -> elsewhere.verify(leaf, List.of(log.verifier())))
          .isInstanceOf(ProofException.class)
          .hasMessage("index 7 is not in a tree of size 3");
    }
  }
}
