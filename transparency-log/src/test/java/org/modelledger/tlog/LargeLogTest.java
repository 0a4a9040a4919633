package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that are too large to be written here: a proof stays small, and so does what it reads. */
class LargeLogTest {

  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());

  private final RandomGenerator random = Seeds.random(Seeds.seed());

  @ParameterizedTest
  @ValueSource(longs = {1_000, 100_000, 100_000_000, 1L << 40, (1L << 40) + 12_345,
      Long.MAX_VALUE})
  void proofsGrowWithTheLogarithmOfTheSize(long size) throws Exception {
    int log2 = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    int levels = (log2 + 7) / 8;
    NavigableSet<Long> special = new TreeSet<>(List.of(0L, size - 1));
    for (int i = 0; i < 50; i++) {
      special.add(random.nextLong(size));
    }
    SparseTree tree = new SparseTree(special);
    HashSource source = new HashSource(size, tree);
    SignedCheckpoint at = SignedCheckpoint.sign(SIGNER, size, source.root(size));
    LogReader warm = LogReader.open(source, SIGNER.verifier());
    for (long index : special) {
      LogReader reader = LogReader.open(source, SIGNER.verifier());
      source.takeReads();
      InclusionProof inclusion = reader.inclusionProof(index, at);
      // the right edge and the column of the entry
      assertThat(source.takeReads()).hasSizeLessThanOrEqualTo(2 * levels).doesNotHaveDuplicates();
      assertThat(inclusion.path()).hasSizeLessThanOrEqualTo(log2);
      inclusion.verify(tree.leaf(index), at.root());
      assertThat(warm.inclusionProof(index, at)).isEqualTo(inclusion);
      assertThatThrownBy(() -> inclusion.verify(tree.leaf(index ^ 1), at.root()))
          .isInstanceOf(ProofException.class);

      long old = index + 1;
      ConsistencyProof consistency = warm.consistencyProof(old, at);
      assertThat(consistency.path()).hasSizeLessThanOrEqualTo(log2 + 1);
      assertThat(warm.rootAt(old, at)).isEqualTo(source.root(old));
      consistency.verify(source.root(old), at.root());

      long to = Math.min(size - index, 1000) + index;
      List<Hash> leaves = new ArrayList<>();
      for (long i = index; i < to; i++) {
        leaves.add(tree.leaf(i));
      }
      LogReader cold = LogReader.open(source, SIGNER.verifier());
      source.takeReads();
      RangeInclusionProof range = cold.rangeInclusionProof(index, to, at);
      assertThat(source.takeReads()).hasSizeLessThanOrEqualTo(3 * levels).doesNotHaveDuplicates();
      assertThat(range.left().size() + range.right().size()).isLessThanOrEqualTo(2 * log2);
      range.verify(leaves, at.root());
      List<InclusionProof> each = new ArrayList<>();
      warm.inclusionProofs(index, to, at, each::add);
      assertThat(each).hasSameSizeAs(leaves);
      for (int i = 0; i < leaves.size(); i += 97) {
        each.get(i).verify(leaves.get(i), at.root());
      }
    }
  }
}
