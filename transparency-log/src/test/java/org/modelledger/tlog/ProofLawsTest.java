package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for proofs of any size, against RFC 6962 as it is written. */
class ProofLawsTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());
  private static final int LARGEST = 66_000;
  private static final List<Hash> LEAVES = IntStream.range(0, LARGEST)
      .mapToObj(i -> MerkleTree.leafHash(("entry " + i).getBytes(UTF_8)))
      .toList();
  private static final Rfc6962 RFC = new Rfc6962(LEAVES);
  private static final HashSource TILES = new HashSource(LARGEST,
      (height, i) -> RFC.root((int) (i << height), (int) (i + 1 << height)));

  private final RandomGenerator random = Seeds.random(Seeds.seed());

  private static SignedCheckpoint checkpoint(int size) {
    return SignedCheckpoint.sign(SIGNER, size, RFC.root(0, size));
  }

  /** Sizes around those of full tiles, and any. */
  static LongStream sizes() {
    RandomGenerator random = Seeds.random(Seeds.seed());
    return LongStream.concat(LongStream.of(1, 2, 3, 255, 256, 257, 511, 512, 65_535, 65_536,
        65_537, LARGEST), random.longs(8, 4, LARGEST));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void proofsFromTilesAreThoseOfTheRfc(long trees) throws Exception {
    int size = (int) trees;
    SignedCheckpoint at = checkpoint(size);
    LogReader reader = LogReader.open(TILES, SIGNER.verifier());
    for (int round = 0; round < 100; round++) {
      int index = random.nextInt(size);
      InclusionProof inclusion = reader.inclusionProof(index, at);
      assertThat(inclusion.path()).isEqualTo(RFC.inclusion(index, 0, size));
      inclusion.verify(LEAVES.get(index), at.root());

      int old = random.nextInt(1, size + 1);
      ConsistencyProof consistency = reader.consistencyProof(old, at);
      assertThat(consistency.path()).isEqualTo(RFC.consistency(old, 0, size, true));
      assertThat(reader.rootAt(old, at)).isEqualTo(RFC.root(0, old));
      consistency.verify(RFC.root(0, old), at.root());

      int to = index + random.nextInt(1, Math.min(size - index, 2000) + 1);
      RangeInclusionProof range = reader.rangeInclusionProof(index, to, at);
      assertThat(List.of(range.left(), range.right())).isEqualTo(RFC.outside(index, to, size));
      range.verify(LEAVES.subList(index, to), at.root());
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void proofsOfAWholeRangeAreThoseOfItsEntries(long trees) throws Exception {
    int size = (int) trees;
    SignedCheckpoint at = checkpoint(size);
    LogReader reader = LogReader.open(TILES, SIGNER.verifier());
    for (int from : new int[]{0, random.nextInt(size), Math.max(0, size - 700)}) {
      int to = Math.min(size, from + random.nextInt(1000));
      List<InclusionProof> together = new ArrayList<>();
      reader.inclusionProofs(from, to, at, together::add);
      List<InclusionProof> each = new ArrayList<>();
      for (int i = from; i < to; i++) {
        each.add(reader.inclusionProof(i, at));
      }
      assertThat(together).isEqualTo(each);
    }
    List<InclusionProof> none = new ArrayList<>();
    reader.inclusionProofs(size, size, at, none::add);
    assertThat(none).isEmpty();
    assertThatThrownBy(() -> reader.inclusionProofs(0, size + 1, at, none::add))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aRangeHoldsExactlyWhereEachOfItsEntriesDoes() throws Exception {
    int held = 0;
    for (int round = 0; round < 500; round++) {
      int size = random.nextInt(1, 700);
      int from = random.nextInt(size);
      int to = random.nextInt(from, size) + 1;
      List<Hash> claimed = new ArrayList<>(LEAVES.subList(from, to));
      if (random.nextBoolean()) {
        int at = random.nextInt(claimed.size());
        claimed.set(at, LEAVES.get(random.nextInt(size)));
      }
      List<List<Hash>> outside = RFC.outside(from, to, size);
      Hash root = RFC.root(0, size);
      boolean together = holds(() -> new RangeInclusionProof(from, to, size, outside.getFirst(),
          outside.getLast()).verify(claimed, root));
      boolean each = true;
      for (int i = from; i < to; i++) {
        int index = i;
        each &= holds(() -> new InclusionProof(index, size, RFC.inclusion(index, 0, size))
            .verify(claimed.get(index - from), root));
      }
      assertThat(together).as("[%s, %s) of %s", from, to, size).isEqualTo(each);
      held += together ? 1 : 0;
    }
    assertThat(held).isBetween(100, 450);
  }

  /** Returns whether it returns; it may throw nothing but a proof exception. */
  private static boolean holds(ThrowingCallable verify) {
    try {
      verify.call();
      return true;
    } catch (ProofException e) {
      return false;
    } catch (Throwable e) {
      throw new AssertionError("not a proof exception", e);
    }
  }

  @Test
  void alteredProofsOfAnyKindAreRefused() throws Exception {
    for (int round = 0; round < 3_000; round++) {
      int size = random.nextInt(2, 1000);
      Hash root = RFC.root(0, size);
      int index = random.nextInt(size);
      List<Hash> path = RFC.inclusion(index, 0, size);
      assertRefused(() -> new InclusionProof(index, size, altered(path))
          .verify(LEAVES.get(index), root));

      int old = random.nextInt(1, size);
      List<Hash> consistency = RFC.consistency(old, 0, size, true);
      assertRefused(() -> new ConsistencyProof(old, size, altered(consistency))
          .verify(RFC.root(0, old), root));

      int to = random.nextInt(index, size) + 1;
      List<Hash> leaves = LEAVES.subList(index, to);
      List<Hash> left = RFC.outside(index, to, size).getFirst();
      List<Hash> right = RFC.outside(index, to, size).getLast();
      new RangeInclusionProof(index, to, size, left, right).verify(leaves, root);
      assertRefused(() -> new RangeInclusionProof(index, to, size, altered(left), right)
          .verify(leaves, root));
      assertRefused(() -> new RangeInclusionProof(index, to, size, left, altered(right))
          .verify(leaves, root));
      assertRefused(() -> new RangeInclusionProof(index, to, size, left, right)
          .verify(altered(leaves), root));
      assertRefused(() -> new RangeInclusionProof(index, to, size, left, right)
          .verify(leaves, flipped(root)));
      if (!left.equals(right)) {
        assertRefused(() -> new RangeInclusionProof(index, to, size, right, left)
            .verify(leaves, root));
      }
      int moved = random.nextInt(size - leaves.size() + 1);
      if (moved != index) {
        assertRefused(() -> new RangeInclusionProof(moved, moved + leaves.size(), size, left, right)
            .verify(leaves, root));
      }
    }
  }

  private static void assertRefused(ThrowingCallable verify) {
    assertThatThrownBy(verify).isInstanceOf(ProofException.class);
  }

  private Hash flipped(Hash hash) {
    byte[] bytes = hash.toByteArray();
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return Hash.of(bytes);
  }

  /** A bit flipped, a hash dropped, added or said twice, or two in each other's place. */
  private List<Hash> altered(List<Hash> hashes) {
    List<Hash> copy = new ArrayList<>(hashes);
    int kind = hashes.size() < 2 ? random.nextInt(hashes.isEmpty() ? 1 : 4) : random.nextInt(5);
    int at = hashes.isEmpty() ? 0 : random.nextInt(hashes.size());
    switch (kind) {
      case 0 -> copy.add(at, LEAVES.get(random.nextInt(LARGEST)));
      case 1 -> copy.add(at, copy.get(at));
      case 2 -> copy.remove(at);
      case 3 -> copy.set(at, flipped(copy.get(at)));
      default -> Collections.swap(copy, at, (at + random.nextInt(1, copy.size())) % copy.size());
    }
    return copy;
  }

  @Test
  void refusalsOfARangeSayWhatWasWanted() {
    Hash root = RFC.root(0, 7);
    List<Hash> left = RFC.outside(3, 5, 7).getFirst();
    List<Hash> right = RFC.outside(3, 5, 7).getLast();
    List<Hash> leaves = LEAVES.subList(3, 5);
    String start = "range inclusion proof for [3, 5) of 7 does not hold: ";
    assertThatThrownBy(() -> new RangeInclusionProof(3, 5, 7, List.of(), right)
        .verify(leaves, root)).hasMessage(start + "it has 0 hashes on the left, wanted 2");
    assertThatThrownBy(() -> new RangeInclusionProof(3, 5, 7, left, List.of())
        .verify(leaves, root)).hasMessage(start + "it is too short: 0 hashes on the right");
    assertThatThrownBy(() -> new RangeInclusionProof(3, 5, 7, left,
        List.of(root, root, root)).verify(leaves, root))
        .hasMessage(start + "it is too long: 3 hashes on the right, wanted 2");
    RangeInclusionProof proof = new RangeInclusionProof(3, 5, 7, left, right);
    assertThatThrownBy(() -> proof.verify(LEAVES.subList(3, 4), root))
        .hasMessage(start + "there are 1 leaves, wanted 2");
    assertThatThrownBy(() -> proof.verify(LEAVES, root))
        .hasMessage(start + "there are more than 2 leaves");
    assertThatThrownBy(() -> proof.verify(leaves, left.getFirst()))
        .hasMessage(start + "it leads to the root " + root + ", wanted " + left.getFirst());
    for (long[] range : new long[][]{{3, 3}, {4, 3}, {-1, 3}, {3, 8}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new RangeInclusionProof(range[0], range[1], 7, left, right))
          .withMessage("the range [" + range[0] + ", " + range[1]
              + ") is empty or not in a tree of size 7");
    }
    LogReader reader = LogReader.open(TILES, SIGNER.verifier());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader.rangeInclusionProof(3, 3, checkpoint(7)))
        .withMessage("the range [3, 3) is empty or not in a tree of size 7");
    assertThatThrownBy(() -> reader.rangeInclusionProof(3, 8, checkpoint(7)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** Serves the tiles, but one file of those it is asked for is not what it should be. */
  private final class Liar implements TileSource {
    private final double often;
    private boolean lied;

    Liar(double often) {
      this.often = often;
    }

    @Override
    public Optional<byte[]> read(String path, int maxBytes) {
      Optional<byte[]> right = TILES.read(path, maxBytes);
      if (right.isEmpty() || random.nextDouble() >= often) {
        return right;
      }
      lied = true;
      byte[] bytes = right.get();
      switch (random.nextInt(5)) {
        case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(1, 64));
        case 3 -> {
          return Optional.empty();
        }
        default -> random.nextBytes(bytes);
      }
      return Optional.of(bytes);
    }

    @Override
    public String toString() {
      return "liar";
    }
  }

  @Test
  void alteredTilesYieldRefusalsOrTheTruth() {
    int lies = 0;
    for (int round = 0; round < 300; round++) {
      int size = random.nextInt(1, LARGEST);
      SignedCheckpoint at = checkpoint(size);
      Liar source = new Liar(0.2);
      LogReader reader = LogReader.open(source, SIGNER.verifier());
      // the same reader goes on, so that nothing untrue may have stayed with it
      for (int again = 0; again < 5; again++) {
        int index = random.nextInt(size);
        int to = Math.min(size, index + random.nextInt(1, 300));
        int old = random.nextInt(1, size + 1);
        assertTrueOrRefused(() -> assertThat(reader.inclusionProof(index, at).path())
            .isEqualTo(RFC.inclusion(index, 0, size)));
        assertTrueOrRefused(() -> assertThat(reader.consistencyProof(old, at).path())
            .isEqualTo(RFC.consistency(old, 0, size, true)));
        assertTrueOrRefused(
            () -> assertThat(reader.rootAt(old, at)).isEqualTo(RFC.root(0, old)));
        assertTrueOrRefused(
            () -> assertThat(reader.rangeInclusionProof(index, to, at).left())
                .isEqualTo(RFC.outside(index, to, size).getFirst()));
        assertTrueOrRefused(() -> reader.inclusionProofs(index, to, at,
            proof -> assertThat(proof.path())
                .isEqualTo(RFC.inclusion((int) proof.index(), 0, size))));
      }
      lies += source.lied ? 1 : 0;
    }
    assertThat(lies).isPositive();
  }

  private static void assertTrueOrRefused(ThrowingCallable read) {
    assertThatCode(() -> holds(read)).doesNotThrowAnyException();
  }
}
