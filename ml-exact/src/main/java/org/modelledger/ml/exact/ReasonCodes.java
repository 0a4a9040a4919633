package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.exact.internal.ensemble.TreeEnsemble;
import org.modelledger.ml.exact.internal.ensemble.TreeShap;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxReader;

/**
 * Explains, score by score, what a model of trees or a linear model made of a row: reason codes. In float64
 * and a fixed order, so that the same bits come out on every JVM and processor.
 *
 * <p>What is explained is the raw score: the sum of the trees' weights, or of the products, with base value
 * or intercept, before logistic, softmax or whatever else the graph does to it. A classifier of two classes
 * with one score has one output, which speaks for the second class. Features are the columns as they come to
 * the trees or to the products: the model's own input where nothing stands between, otherwise what scalers,
 * imputers and encoders make of it; a category of a one-hot encoder is a feature.
 *
 * <ul>
 * <li>Trees: exact SHAP values (path-dependent TreeSHAP, Lundberg et al. 2020). What is expected where a
 * feature is not known comes from the rows that came to each node: as the file says ({@code nodes_hitrates}),
 * or from rows of one's own.
 * <li>Linear models: coefficient · (value - mean). The means are those of rows of one's own, and 0 without:
 * what standardisation within the model makes of its training data.
 * </ul>
 *
 * <p>The model must have exactly one operator that learns: one of ONNX-ML's tree ensembles, LinearClassifier
 * or LinearRegressor, a Gemm, or a MatMul. Immutable and safe for use by several threads.
 */
public final class ReasonCodes {
  private static final Set<String> LEARNERS = Set.of("TreeEnsemble", "TreeEnsembleClassifier",
      "TreeEnsembleRegressor", "LinearClassifier", "LinearRegressor", "Gemm", "MatMul");

  private final ExactModel model;
  private final int node;
  private final String value;
  private final Method method;

  /** How a row is explained. */
  private interface Method {
    Explanation explain(double[] row);
  }

  private ReasonCodes(ModelFiles files, Optional<Tensors> rows) {
    OnnxModel onnx = OnnxReader.read(files.read(ExactInferenceEngine.onnxFile(files)));
    this.model = new ExactModel(onnx, () -> false);
    List<Integer> learners = new ArrayList<>();
    for (int i = 0; i < onnx.nodes().size(); i++) {
      if (LEARNERS.contains(onnx.nodes().get(i).operator())) {
        learners.add(i);
      }
    }
    if (learners.size() != 1) {
      throw new ModelFormatException("the model has " + learners.size()
          + " operators that learn; expected exactly one of " + new TreeSet<>(LEARNERS));
    }
    this.node = learners.getFirst();
    OnnxNode learner = onnx.nodes().get(node);
    this.value = learner.inputs().getFirst();
    Optional<double[][]> background = rows.map(this::rows);
    if (background.isPresent() && background.get().length == 0) {
      throw new IllegalArgumentException("there are no rows to count; expected at least one");
    }
    this.method = model.step(node) instanceof MlTrees.Step trees
        ? trees(trees, background)
        : linear(LinearScores.of(onnx, node), background);
  }

  /**
   * Returns what explains a model by what its file says.
   *
   * @throws ModelFormatException if the model cannot be explained; says why
   */
  public static ReasonCodes of(ModelFiles files) {
    return new ReasonCodes(files, Optional.empty());
  }

  /**
   * Returns what explains a model against rows, such as those it was trained on.
   *
   * @param rows as the model takes them; not retained
   * @throws ModelFormatException if the model cannot be explained; says why
   * @throws IllegalArgumentException if the rows do not fit the model, or there are none
   */
  public static ReasonCodes of(ModelFiles files, Tensors rows) {
    return new ReasonCodes(files, Optional.of(rows));
  }

  /** Returns what {@link #explain} takes: what the model takes. */
  public List<TensorSpec> inputs() {
    return model.inputs();
  }

  /**
   * Explains rows.
   *
   * @param inputs as the model takes them; not retained
   * @return one explanation for each row
   * @throws IllegalArgumentException if the inputs do not fit the model
   */
  public List<Explanation> explain(Tensors inputs) {
    List<Explanation> explanations = new ArrayList<>();
    for (double[] row : rows(inputs)) {
      explanations.add(method.explain(row));
    }
    return List.copyOf(explanations);
  }

  /** What comes to the trees or the products. */
  private double[][] rows(Tensors inputs) {
    Tensor tensor = model.upTo(node, value, inputs.check(model.inputs()));
    int rank = tensor.shape().rank();
    int width = rank == 0 ? 1 : (int) tensor.shape().length(rank - 1);
    double[] elements = numbers(tensor);
    double[][] rows = new double[width == 0 ? 0 : elements.length / width][width];
    for (int i = 0; i < elements.length; i++) {
      rows[i / width][i % width] = elements[i];
    }
    return rows;
  }

  private static double[] numbers(Tensor tensor) {
    return switch (tensor.dataType()) {
      case FP64 -> tensor.toDoubles();
      case FP32 -> {
        float[] floats = tensor.toFloats();
        double[] numbers = new double[floats.length];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = floats[i];
        }
        yield numbers;
      }
      case INT32 -> {
        int[] ints = tensor.toInts();
        double[] numbers = new double[ints.length];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (float) ints[i];
        }
        yield numbers;
      }
      default -> {
        long[] longs = tensor.toLongs();
        double[] numbers = new double[longs.length];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (float) longs[i];
        }
        yield numbers;
      }
    };
  }

  private Method trees(MlTrees.Step step, Optional<double[][]> background) {
    TreeEnsemble trees = step.read();
    double[] base = step.base(trees);
    TreeShap shap;
    try {
      shap = background.isPresent()
          ? TreeShap.ofRows(trees, base, background.get())
          : TreeShap.ofCovers(trees, base);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(step.node + ": " + e.getMessage(), e);
    }
    return row -> new Explanation(shap.base(), shap.explain(row), row);
  }

  private static Method linear(LinearScores scores, Optional<double[][]> background) {
    double[] mean = new double[scores.features()];
    background.ifPresent(rows -> {
      for (double[] row : rows) {
        for (int j = 0; j < mean.length; j++) {
          mean[j] += row[j];
        }
      }
      for (int j = 0; j < mean.length; j++) {
        mean[j] /= rows.length;
      }
    });
    return row -> scores.explain(row, mean);
  }
}
