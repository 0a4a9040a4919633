package org.modelledger.ml.exact;

import java.util.Optional;
import org.modelledger.inference.DataType;
import org.modelledger.ml.exact.Operators.Node;

/**
 * What a classifier of ONNX-ML says: from raw scores to a label and a row of float32, one for each class.
 *
 * <p>The label is the class of the greatest raw score, the first of equal ones. Where two classes share one
 * score s, the specification leaves open what that says of the first of them; it is here what converters
 * mean (decision 208): the pair is (1 - s, s) and the second class wins above ½ if s is a probability, that
 * is for PROBIT, and for NONE if no weight is negative; otherwise the pair is (-s, s) and the second wins
 * above 0. Then comes the transformation.
 *
 * @param one whether two classes share one score
 * @param signed whether that may be negative
 */
record ClassScores(ClassLabels labels, PostTransform transform, boolean one, boolean signed) {

  /** Adds memory for labels and scores. */
  Sink sink(Plan plan, Node node, int rows) {
    return new Sink(this, labels.slot(plan, node, rows),
        node.output(1)
            .map(name -> plan.add(name, DataType.FP32, rows, labels.count())
                .rows(FloatKernels.INSTANCE)));
  }

  /** Where rows go, one after the other. For one call at a time. */
  static final class Sink {
    private final ClassScores classes;
    private final Optional<Slot> labels;
    private final Optional<float[][]> scores;
    private final double[] row;

    private Sink(ClassScores classes, Optional<Slot> labels, Optional<float[][]> scores) {
      this.classes = classes;
      this.labels = labels;
      this.scores = scores;
      this.row = new double[classes.labels.count()];
    }

    /** Returns where the raw scores of the next row are to be put. */
    double[] row() {
      return row;
    }

    void put(int r) {
      int best;
      if (classes.one) {
        double s = row[0];
        boolean probability = classes.transform == PostTransform.PROBIT
            || (classes.transform == PostTransform.NONE && !classes.signed);
        best = s > (probability ? 0.5 : 0) ? 1 : 0;
        row[0] = probability ? (float) (1 - s) : -s;
        row[1] = s;
      } else {
        best = DoubleKernels.INSTANCE.argMax(row, false);
      }
      if (labels.isPresent()) {
        classes.labels.put(labels.get(), r, best);
      }
      if (scores.isPresent()) {
        classes.transform.apply(row, row.length);
        float[] into = scores.get()[r];
        for (int c = 0; c < into.length; c++) {
          into[c] = (float) row[c];
        }
      }
    }
  }
}
