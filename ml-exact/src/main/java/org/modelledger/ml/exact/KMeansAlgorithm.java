package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/**
 * k-means by Lloyd's iterations ("Least Squares Quantization in PCM", 1982) from centres that are drawn by
 * k-means++ (Arthur and Vassilvitskii, 2007).
 */
final class KMeansAlgorithm implements Algorithm {
  static final String CLUSTER = "cluster";
  static final String DISTANCES = "distances";

  private static final long SEEDING_STREAM = 20;

  @Override
  public Fit understand(TrainingSpec spec, boolean validated) {
    KMeansSettings settings = KMeansSettings.of(spec);
    GraphNames.checkFeatures(spec, CLUSTER, DISTANCES);
    return job -> learn(Table.kernels(job.training(), spec.features()), settings, job);
  }

  /** Centres, and how they were found. */
  private static final class Found {
    final double[][] centres;
    final double sum;
    final int iterations;
    final boolean converged;

    Found(double[][] centres, double sum, int iterations, boolean converged) {
      this.centres = centres;
      this.sum = sum;
      this.iterations = iterations;
      this.converged = converged;
    }
  }

  private static <A> Outcome learn(Kernels<A> kernels, KMeansSettings settings, Job job)
      throws InterruptedException {
    String features = job.spec().features();
    List<A> rows = List.of(Table.rows(kernels, job.training(), features, 0, "the training data",
        (chunk, from, size) -> {
        }));
    if (rows.size() < settings.clusters()) {
      throw new TrainingException("the training data has " + rows.size()
          + " rows; expected at least as many as clusters, " + settings.clusters());
    }
    int width = Table.width(job.training(), features);
    Optional<List<A>> validation = Optional.empty();
    if (job.validation().isPresent()) {
      validation = Optional.of(List.of(Table.rows(kernels, job.validation().get(), features, width,
          "the validation data", (chunk, from, size) -> {
          })));
    }
    int[] all = new int[rows.size()];
    for (int r = 0; r < all.length; r++) {
      all[r] = r;
    }
    Scaling<A> scaling = new Scaling<>(
        settings.standardize()
            ? Optional.of(Scaling.standard(kernels, rows, all, width))
            : Optional.empty(),
        Optional.empty());
    scaling.apply(kernels, rows);
    Clustering clustering = new Clustering(job.team(), kernels, rows, width);
    Found found = new Search(clustering, settings, job).best();
    A[] centres = kernels.matrix(settings.clusters(), width);
    for (int k = 0; k < centres.length; k++) {
      for (int j = 0; j < width; j++) {
        kernels.set(centres[k], j, found.centres[k][j]);
      }
    }
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put("iterations", (double) found.iterations);
    metrics.put("inertia", found.sum);
    metrics.put("converged", found.converged ? 1.0 : 0.0);
    if (!found.converged) {
      metrics.put("warning.notConverged", 1.0);
    }
    metrics.put("train.loss", loss(clustering, kernels, centres, width, rows.size()));
    if (validation.isPresent()) {
      List<A> others = validation.get();
      scaling.apply(kernels, others);
      metrics.put("validation.loss", loss(new Clustering(job.team(), kernels, others, width),
          kernels, centres, width, others.size()));
    }
    return new Outcome(graph(kernels, scaling, centres, width, job.spec()), metrics);
  }

  /** The mean squared distance to the nearest centre as it is saved. */
  private static <A> double loss(Clustering clustering, Kernels<A> kernels, A[] centres, int width,
      int rows) {
    double[][] saved = new double[centres.length][width];
    for (int k = 0; k < saved.length; k++) {
      for (int j = 0; j < width; j++) {
        saved[k][j] = kernels.get(centres[k], j);
      }
    }
    clustering.clear();
    return clustering.nearest(saved, 0) / rows;
  }

  /** One start after the other. */
  private static final class Search {
    private final Clustering clustering;
    private final KMeansSettings settings;
    private final TrainingListener listener;
    private final Xoshiro256 random;
    private int told;

    Search(Clustering clustering, KMeansSettings settings, Job job) {
      this.clustering = clustering;
      this.settings = settings;
      this.listener = job.listener();
      this.random = Xoshiro256.seeded(job.spec().seed(), SEEDING_STREAM);
    }

    Found best() throws InterruptedException {
      Found best = iterate(seeds());
      for (int start = 1; start < settings.restarts(); start++) {
        Found other = iterate(seeds());
        best = other.sum < best.sum ? other : best;
      }
      return best;
    }

    private double[][] seeds() throws InterruptedException {
      double[][] centres = new double[settings.clusters()][];
      centres[0] = clustering.row(random.nextInt(clustering.nearest.length));
      clustering.clear();
      for (int k = 1; k < centres.length; k++) {
        interruptible();
        double sum = clustering.nearest(new double[][]{centres[k - 1]}, k - 1);
        centres[k] = clustering.row(clustering.draw(sum, random));
      }
      return centres;
    }

    private Found iterate(double[][] centres) throws InterruptedException {
      int[] before = new int[0];
      for (int iteration = 1;; iteration++) {
        interruptible();
        clustering.clear();
        double sum = clustering.nearest(centres, 0);
        tell(sum / clustering.nearest.length);
        boolean converged = Arrays.equals(clustering.nearest, before);
        if (converged || iteration == settings.maxIterations()) {
          interruptible();
          return new Found(centres, sum, iteration, converged);
        }
        int[] counts = clustering.counts(centres.length);
        clustering.fill(counts);
        before = clustering.nearest.clone();
        clustering.move(centres, counts);
      }
    }

    private void tell(double loss) {
      told++;
      int most = Math.multiplyExact(settings.restarts(), settings.maxIterations());
      listener.onBatch(new TrainingListener.BatchReport(told, most, 1, 1, loss));
      SortedMap<String, Double> metrics = new TreeMap<>();
      metrics.put("train.loss", loss);
      listener.onEpoch(new TrainingListener.EpochReport(told, most, metrics));
    }

    private static void interruptible() throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while clustering");
      }
    }
  }

  /** Distances by their definition: the sum of squares of differences loses nothing to cancellation. */
  private static <A> OnnxModel graph(Kernels<A> kernels, Scaling<A> scaling, A[] centres, int width,
      TrainingSpec spec) {
    String inside = ClassifierGraph.INSIDE;
    OnnxDataType type = ClassifierGraph.type(kernels);
    OnnxModelBuilder graph = ClassifierGraph
        .begin(kernels, spec.algorithm(), spec.features(), width)
        .output(OnnxValue.of(CLUSTER, OnnxDataType.INT64, ClassifierGraph.BATCH))
        .output(OnnxValue.of(DISTANCES, type, ClassifierGraph.BATCH,
            OnnxDimension.of(centres.length)));
    String value = ClassifierGraph.scale(graph, kernels, scaling, spec.features(), width);
    A[] ones = kernels.matrix(width, 1);
    for (A one : ones) {
      kernels.set(one, 0, 1);
    }
    A minus = kernels.vector(1);
    kernels.set(minus, 0, -1);
    graph.initializer(ClassifierGraph.tensor(kernels, inside + "centres", List.of(centres),
        centres.length, width))
        .initializer(
            ClassifierGraph.tensor(kernels, inside + "ones", List.of(ones), width, 1))
        .initializer(ClassifierGraph.tensor(kernels, inside + "minus", List.of(minus)))
        .initializer(OnnxTensor.ofLongs(inside + "each", new long[]{1}, 1))
        .initializer(OnnxTensor.ofLongs(inside + "last", new long[]{2}, 1))
        .node(OnnxNode.of("Unsqueeze", List.of(value, inside + "each"), List.of(inside + "rows")))
        .node(OnnxNode.of("Sub", List.of(inside + "rows", inside + "centres"),
            List.of(inside + "differences")))
        .node(OnnxNode.of("Mul", List.of(inside + "differences", inside + "differences"),
            List.of(inside + "squared")))
        .node(OnnxNode.of("MatMul", List.of(inside + "squared", inside + "ones"),
            List.of(inside + "sums")))
        .node(OnnxNode.of("Squeeze", List.of(inside + "sums", inside + "last"),
            List.of(inside + "squares")))
        .node(OnnxNode.of("Sqrt", List.of(inside + "squares"), List.of(DISTANCES)))
        .node(OnnxNode.of("Mul", List.of(inside + "squares", inside + "minus"),
            List.of(inside + "nearness")))
        .node(OnnxNode.of("ArgMax", List.of(inside + "nearness"), List.of(CLUSTER),
            new OnnxAttribute.IntValue("axis", 1), new OnnxAttribute.IntValue("keepdims", 0)));
    return graph.build();
  }
}
