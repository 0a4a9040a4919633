package org.modelledger.ml.exact;

import org.modelledger.inference.DataType;
import org.modelledger.ml.exact.Operators.Node;

/**
 * The linear models of ONNX-ML, in float32: each score begins with its intercept and takes its products one
 * by one, from the first feature to the last.
 */
final class MlLinear {
  private MlLinear() {}

  /** What a node computes before its transformation. */
  static final class Model {
    final int outputs;
    final int features;
    /** Row by row, one for each output. */
    final float[] coefficients;
    final float[] intercepts;

    private Model(int outputs, float[] coefficients, float[] intercepts) {
      this.outputs = outputs;
      this.features = coefficients.length / outputs;
      this.coefficients = coefficients;
      this.intercepts = intercepts;
    }

    static Model of(Node node, int outputs, float[] intercepts) {
      float[] coefficients = node.floats("coefficients");
      if (outputs < 1 || coefficients.length == 0 || coefficients.length % outputs != 0
          || (intercepts.length != 0 && intercepts.length != outputs)) {
        throw node.unsupported(coefficients.length + " coefficients and " + intercepts.length
            + " intercepts for " + outputs + " outputs",
            "a row of coefficients and an intercept for each output");
      }
      return new Model(outputs, coefficients, intercepts.length == 0
          ? new float[outputs]
          : intercepts);
    }

    /** Adds memory for the scores, and how they are computed. */
    Slot layOut(Plan plan, Node node, Slot x) {
      if (x.rank() < 1 || x.rank() > 2 || x.width() != features) {
        throw node.unfit("input 0 has shape " + Slot.text(x.shape), "[N, " + features + "]");
      }
      Slot scores = plan.scratch(DataType.FP32, x.rows(), outputs);
      float[][] y = scores.rows(FloatKernels.INSTANCE);
      float[][] columns = FloatKernels.INSTANCE.matrix(features, outputs);
      for (int c = 0; c < outputs; c++) {
        for (int k = 0; k < features; k++) {
          columns[k][c] = coefficients[c * features + k];
        }
      }
      float[][] given = (x.type == DataType.FP32
          ? x
          : plan.scratch(DataType.FP32, x.rows(), features)).rows(FloatKernels.INSTANCE);
      Cells cells = Cells.of(x, true);
      plan.then(() -> {
        if (x.type != DataType.FP32) {
          for (int r = 0; r < given.length; r++) {
            for (int k = 0; k < features; k++) {
              given[r][k] = (float) cells.get(r, k);
            }
          }
        }
        for (float[] row : y) {
          System.arraycopy(intercepts, 0, row, 0, outputs);
        }
        FloatKernels.INSTANCE.addProduct(given, columns, y, y.length);
      });
      return scores;
    }
  }

  /** Returns how many outputs a regressor has. */
  static int targets(Node node) {
    long targets = node.integer("targets", 1);
    if (targets < 1 || targets > Integer.MAX_VALUE) {
      throw node.unsupported("the attribute 'targets' as " + targets, "1 or more");
    }
    return (int) targets;
  }

  static Plan.Step regressor(Node node) {
    PostTransform transform = node.word("post_transform", PostTransform.NONE);
    Model model = Model.of(node, targets(node), node.floats("intercepts"));
    return plan -> {
      Slot x = Cells.numbers(node, plan, 0);
      Slot scores = model.layOut(plan, node, x);
      float[][] from = scores.rows(FloatKernels.INSTANCE);
      float[][] y = plan.add(node.output(), DataType.FP32, scores.shape)
          .rows(FloatKernels.INSTANCE);
      double[] row = new double[model.outputs];
      plan.then(() -> {
        for (int r = 0; r < y.length; r++) {
          for (int c = 0; c < row.length; c++) {
            row[c] = from[r][c];
          }
          transform.apply(row, row.length);
          for (int c = 0; c < row.length; c++) {
            y[r][c] = (float) row[c];
          }
        }
      });
    };
  }

  static Plan.Step classifier(Node node) {
    PostTransform transform = node.word("post_transform", PostTransform.NONE);
    ClassLabels labels = ClassLabels.of(node, "classlabels_ints");
    float[] intercepts = node.floats("intercepts");
    int outputs = intercepts.length == 0 ? labels.count() : intercepts.length;
    if (outputs != labels.count() && (outputs != 1 || labels.count() != 2)) {
      throw node.unsupported(outputs + " intercepts for " + labels.count() + " classes",
          "one for each class, or one for two classes");
    }
    Model model = Model.of(node, outputs, intercepts);
    // ONNX leaves it open what one score says of two classes: as converters mean it, see decision 208
    ClassScores classes = new ClassScores(labels, transform, outputs == 1 && labels.count() == 2,
        true);
    return plan -> {
      Slot x = Cells.numbers(node, plan, 0);
      Slot scores = model.layOut(plan, node, x);
      float[][] from = scores.rows(FloatKernels.INSTANCE);
      ClassScores.Sink sink = classes.sink(plan, node, scores.rows());
      plan.then(() -> {
        for (int r = 0; r < from.length; r++) {
          for (int c = 0; c < from[r].length; c++) {
            sink.row()[c] = from[r][c];
          }
          sink.put(r);
        }
      });
    };
  }
}
