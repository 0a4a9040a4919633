package org.modelledger.ml.exact;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.modelledger.ml.exact.internal.ensemble.TreeEnsemble;
import org.modelledger.model.ModelFormatException;

/**
 * Makes an {@link IntegerFeature} of what all nodes ask of one feature. First it is told all questions, then it is asked
 * for each of them. One thread.
 */
final class FeatureBytes {
  private final int number;
  /** How many nodes ask for each threshold. */
  private final TreeMap<Double, Integer> thresholds = new TreeMap<>();
  private final TreeMap<Double, Integer> categories = new TreeMap<>();
  private final Map<ByteBuffer, Integer> sets = new LinkedHashMap<>();
  private boolean missingLeft;
  private double[] kept = new double[0];
  private int merged;
  /** Whether the greatest number there is was a threshold, and is none. */
  private boolean allNumbers;

  FeatureBytes(int number) {
    this.number = number;
  }

  void tell(TreeQuestion question) {
    missingLeft |= question.missingLeft();
    for (double asked : question.numbers()) {
      (question.categorical() ? categories : thresholds).merge(asked, 1, Integer::sum);
    }
  }

  /** All questions were told. */
  void settle(TreeEnsemble trees) {
    int most = IntegerFeature.MAX_NUMBERS - (missingLeft ? 1 : 0);
    if (categories.isEmpty()) {
      kept = numbers(thresholds.keySet());
      double greatest = trees.isFloat64() ? Double.MAX_VALUE : Float.MAX_VALUE;
      if (kept.length > most && missingLeft && kept[kept.length - 1] == greatest) {
        // whether there is a number at all is asked by a set, and takes no threshold
        kept = Arrays.copyOf(kept, kept.length - 1);
        allNumbers = true;
      }
      if (kept.length > most) {
        kept = some(most);
        merged = thresholds.size() - kept.length - (allNumbers ? 1 : 0);
      }
      return;
    }
    if (!thresholds.isEmpty()) {
      // a category among thresholds is what lies between it and the number before
      for (double category : categories.keySet()) {
        thresholds.put(category, 1);
        if (category > Double.NEGATIVE_INFINITY) {
          thresholds.put(TreeQuestion.below(trees, category), 1);
        }
      }
    }
    kept = numbers((isCategorical() ? categories : thresholds).keySet());
    if (kept.length > most) {
      throw new ModelFormatException("feature " + number + " has " + kept.length
          + " categories, or thresholds and categories; expected at most " + most
          + ", as many as a byte has room for");
    }
  }

  private static double[] numbers(Collection<Double> from) {
    double[] numbers = new double[from.size()];
    int i = 0;
    for (double next : from) {
      numbers[i++] = next;
    }
    return numbers;
  }

  /**
   * Returns so many thresholds: such that about as many nodes ask for those around each, and, since many may ask for one,
   * those that most ask for.
   */
  private double[] some(int most) {
    List<Double> all = new ArrayList<>(thresholds.keySet());
    if (allNumbers) {
      all.removeLast();
    }
    long total = 0;
    for (double threshold : all) {
      total += count(threshold);
    }
    Set<Double> some = new TreeSet<>();
    long before = 0;
    for (double threshold : all) {
      long after = before + count(threshold);
      // the middles of so many equal shares: does one of them lie here?
      if (Math.ceilDiv(2 * after * most - total, 2 * total) > Math
          .ceilDiv(2 * before * most - total, 2 * total)) {
        some.add(threshold);
      }
      before = after;
    }
    // stable: of those that as many ask for the least
    all.sort(Comparator.comparingLong(this::count).reversed());
    for (double threshold : all) {
      if (some.size() < most) {
        some.add(threshold);
      }
    }
    return numbers(some);
  }

  private long count(double threshold) {
    return thresholds.getOrDefault(threshold, 0);
  }

  /** Returns how many thresholds were given up for one near by. */
  int merged() {
    return merged;
  }

  private boolean isCategorical() {
    return thresholds.isEmpty() && !categories.isEmpty();
  }

  int mode(TreeQuestion question) {
    if (question.categorical() || isAnyNumber(question)) {
      return IntegerTree.IN_SET;
    }
    return question.missingLeft() ? IntegerTree.AT_MOST_OR_MISSING : IntegerTree.AT_MOST;
  }

  private boolean isAnyNumber(TreeQuestion question) {
    return allNumbers && !question.categorical()
        && question.numbers()[0] == thresholds.lastKey();
  }

  int argument(TreeQuestion question) {
    byte[] set = new byte[IntegerFeature.SET_BYTES];
    if (isAnyNumber(question)) {
      for (int value = 0; value <= kept.length; value++) {
        IntegerFeature.put(set, value);
      }
    } else if (question.categorical()) {
      for (double category : question.numbers()) {
        IntegerFeature.put(set, Arrays.binarySearch(kept, category));
      }
    } else {
      return nearest(question.numbers()[0]);
    }
    if (question.missingLeft()) {
      IntegerFeature.put(set, kept.length + 1);
    }
    Integer argument = sets.computeIfAbsent(ByteBuffer.wrap(set), unused -> sets.size());
    if (argument >= IntegerFeature.MAX_SETS) {
      throw new ModelFormatException("feature " + number + " is asked for more than "
          + IntegerFeature.MAX_SETS + " sets of categories");
    }
    return argument;
  }

  private int nearest(double threshold) {
    int at = Arrays.binarySearch(kept, threshold);
    if (at >= 0) {
      return at;
    }
    int above = -at - 1;
    if (above == 0) {
      return 0;
    }
    return above == kept.length || threshold - kept[above - 1] <= kept[above] - threshold
        ? above - 1
        : above;
  }

  /** All questions were asked. */
  IntegerFeature feature() {
    return new IntegerFeature(isCategorical(), kept, missingLeft,
        sets.keySet().stream().map(ByteBuffer::array).toList());
  }
}
