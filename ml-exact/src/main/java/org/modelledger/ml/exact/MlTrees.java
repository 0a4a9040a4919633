package org.modelledger.ml.exact;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.modelledger.inference.DataType;
import org.modelledger.ml.exact.Operators.Node;
import org.modelledger.ml.exact.internal.ensemble.Aggregate;
import org.modelledger.ml.exact.internal.ensemble.TreeEnsemble;
import org.modelledger.ml.exact.internal.ensemble.TreeScorer;

/** The tree ensembles of ONNX-ML. FP64 is scored in float64, all else in float32. */
final class MlTrees {
  // the numbers that version 5 has for words
  private static final List<PostTransform> TRANSFORMS = List.of(PostTransform.NONE,
      PostTransform.SOFTMAX, PostTransform.LOGISTIC, PostTransform.SOFTMAX_ZERO,
      PostTransform.PROBIT);
  private static final List<Aggregate> AGGREGATES = List.of(Aggregate.AVERAGE, Aggregate.SUM,
      Aggregate.MIN, Aggregate.MAX);

  private MlTrees() {}

  static Plan.Step classifier(Node node) {
    return new Classifier(node);
  }

  static Plan.Step regressor(Node node) {
    PostTransform transform = node.word("post_transform", PostTransform.NONE);
    Aggregate aggregate = node.word("aggregate_function", Aggregate.SUM);
    int targets = targets(node);
    return new Regressor(node, transform, false) {
      @Override
      TreeEnsemble read(DataType type) {
        return TreeAttributes.numbered(node, type, "target", targets, aggregate);
      }
    };
  }

  static Plan.Step ensemble(Node node) {
    PostTransform transform = TRANSFORMS
        .get(code(node, "post_transform", 0, TRANSFORMS.size()));
    Aggregate aggregate = AGGREGATES
        .get(code(node, "aggregate_function", 1, AGGREGATES.size()));
    int targets = targets(node);
    return new Regressor(node, transform, true) {
      @Override
      TreeEnsemble read(DataType type) {
        return TreeAttributes.listed(node, type, targets, aggregate);
      }
    };
  }

  private static int targets(Node node) {
    long targets = node.integer("n_targets", 0);
    if (targets < 1 || targets > 1 << 16) {
      throw node.unsupported("'n_targets' as " + targets, "1 to " + (1 << 16));
    }
    return (int) targets;
  }

  private static int code(Node node, String name, int absent, int count) {
    long code = node.integer(name, absent);
    if (code < 0 || code >= count) {
      throw node.unsupported("the attribute '" + name + "' as " + code, "0 to " + (count - 1));
    }
    return (int) code;
  }

  /** Trees that are read when the type of their input is known, when the graph is first laid out. */
  abstract static class Step implements Plan.Step {
    final Node node;
    private @Nullable TreeScorer scorer;
    private @Nullable TreeEnsemble trees;

    Step(Node node) {
      this.node = node;
    }

    abstract TreeEnsemble read(DataType type);

    /** Returns the base values: one for each target, or none. */
    double[] base(DataType type, TreeEnsemble ensemble) {
      return TreeAttributes.base(node, type, ensemble.targets());
    }

    /** Returns the trees for an input of some type. */
    final TreeEnsemble trees(DataType type) {
      if (trees == null) {
        trees = read(type);
      }
      return trees;
    }

    /** Returns the trees as they were read when the graph was laid out. */
    final TreeEnsemble read() {
      return Objects.requireNonNull(trees, "trees");
    }

    /** Returns the base values: one for each target, or none. */
    final double[] base(TreeEnsemble ensemble) {
      return base(ensemble.isFloat64() ? DataType.FP64 : DataType.FP32, ensemble);
    }

    /** Returns how sums are made. */
    final TreeScorer scorer(DataType type) {
      if (scorer == null) {
        TreeEnsemble ensemble = trees(type);
        scorer = TreeScorer.of(ensemble, base(type, ensemble));
      }
      return scorer;
    }

    /** Returns the input, as rows of at least as many elements as trees ask for. */
    final Slot rows(Plan plan) {
      Slot x = Cells.numbers(node, plan, 0);
      int features = trees(x.type).features();
      if (x.rank() < 1 || x.rank() > 2 || x.width() < features) {
        throw node.unfit("input 0 has shape " + Slot.text(x.shape),
            "[N, F], F at least " + features + ", the greatest feature that is asked for");
      }
      return x;
    }

    /** Adds the scoring of rows to a plan and returns where the scores will be. */
    final double[][] score(Plan plan, Slot x) {
      TreeScorer.Scratch scratch = scorer(x.type).scratch();
      double[][] scores = plan.scratch(DataType.FP64, x.rows(), trees(x.type).targets())
          .rows(DoubleKernels.INSTANCE);
      if (x.type == DataType.FP64) {
        double[][] rows = x.rows(DoubleKernels.INSTANCE);
        plan.then(() -> scratch.score(rows, scores));
      } else if (x.type == DataType.FP32) {
        float[][] rows = x.rows(FloatKernels.INSTANCE);
        plan.then(() -> scratch.score(rows, scores));
      } else {
        float[][] rows = plan.scratch(DataType.FP32, x.rows(), x.width())
            .rows(FloatKernels.INSTANCE);
        plan.then(() -> {
          for (int r = 0; r < rows.length; r++) {
            long[] from = x.longs(r);
            for (int j = 0; j < from.length; j++) {
              rows[r][j] = from[j];
            }
          }
          scratch.score(rows, scores);
        });
      }
      return scores;
    }
  }

  abstract static class Regressor extends Step {
    private final PostTransform transform;
    private final boolean typeOfInput;

    PostTransform transform() {
      return transform;
    }

    Regressor(Node node, PostTransform transform, boolean typeOfInput) {
      super(node);
      this.transform = transform;
      this.typeOfInput = typeOfInput;
    }

    @Override
    public void layOut(Plan plan) {
      Slot x = rows(plan);
      double[][] scores = score(plan, x);
      int targets = trees(x.type).targets();
      DataType type = typeOfInput && x.type == DataType.FP64 ? DataType.FP64 : DataType.FP32;
      Slot y = plan.add(node.output(), type, x.rows(), targets);
      plan.then(() -> {
        for (int r = 0; r < scores.length; r++) {
          transform.apply(scores[r], targets);
          for (int t = 0; t < targets; t++) {
            y.set(r, t, scores[r][t]);
          }
        }
      });
    }
  }

  static final class Classifier extends Step {
    private final ClassLabels labels;
    private final PostTransform transform;
    private @Nullable ClassScores classes;
    private int onlyTarget;

    Classifier(Node node) {
      super(node);
      this.labels = ClassLabels.of(node, "classlabels_int64s");
      this.transform = node.word("post_transform", PostTransform.NONE);
    }

    /** Returns what scores become, as it was read when the graph was laid out. */
    ClassScores classes() {
      return Objects.requireNonNull(classes, "classes");
    }

    @Override
    TreeEnsemble read(DataType type) {
      TreeEnsemble all = TreeAttributes.numbered(node, type, "class", labels.count(),
          Aggregate.SUM);
      onlyTarget = all.onlyTarget();
      boolean one = labels.count() == 2 && onlyTarget >= 0;
      classes = new ClassScores(labels, transform, one, all.isSigned());
      return one ? all.ofOneTarget() : all;
    }

    @Override
    double[] base(DataType type, TreeEnsemble ensemble) {
      double[] base = TreeAttributes.base(node, type, labels.count(), ensemble.targets());
      return ensemble.targets() == 1 && base.length == 2 ? new double[]{base[onlyTarget]} : base;
    }

    @Override
    public void layOut(Plan plan) {
      Slot x = rows(plan);
      double[][] scores = score(plan, x);
      if (classes == null) {
        throw new IllegalStateException("the trees were not read");
      }
      ClassScores.Sink sink = classes.sink(plan, node, x.rows());
      plan.then(() -> {
        for (int r = 0; r < scores.length; r++) {
          System.arraycopy(scores[r], 0, sink.row(), 0, scores[r].length);
          sink.put(r);
        }
      });
    }
  }
}
