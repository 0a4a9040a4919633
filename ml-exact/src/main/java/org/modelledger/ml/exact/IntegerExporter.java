package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/**
 * Turns classifiers of the trainer {@code exact} into networks of 8-bit whole numbers.
 *
 * <p>What the ranges of numbers are is seen in calibration rows: those of the inputs, which are cut into 255
 * steps each (or, where all are whole numbers within 255 of one another, taken as they are), and those of
 * each hidden layer's outputs. A layer's weights share one step, so that its greatest is 127; so do the filters of a
 * stage of convolutions. The same classifier and rows give the same bytes on every JVM.
 */
public final class IntegerExporter {
  private static final int GREATEST_WEIGHT = 127;
  private static final int GREATEST_VALUE = 255;
  /** Bits of a multiplier: as many as fit. */
  private static final int MULTIPLIER_BITS = 16;

  private IntegerExporter() {}

  /**
   * Exports a classifier and measures what that costs.
   *
   * @param trained a softmax regression, or an MLP or a CNN with ReLU, as the trainer {@code exact} leaves it
   * @param calibration rows like those that will come, with the columns it was trained with; its training
   *     data will do
   * @param measured rows to measure by, with the same columns; best none that were seen before
   * @throws ModelFormatException if the model is another one, or has a width above 32,768
   * @throws TrainingException if a dataset does not fit the model: names column and row
   * @throws InterruptedException if interrupted; nothing came of it
   */
  public static IntegerExport export(TrainedModel trained, Dataset calibration, Dataset measured)
      throws InterruptedException {
    TrainingSpec spec = Comparison.spec(trained);
    TrainedClassifier classifier = TrainedClassifier.read(trained.files());
    int classes = classifier.layers().getLast().biases.length;
    List<double[]> rows = classifier.stages().isEmpty()
        ? Table.read(DoubleKernels.INSTANCE, calibration, spec, classifier.inputs(), classes,
            "the calibration data").rows()
        : Comparison.rows(calibration, classifier.input(), classifier.inputs(),
            "the calibration data");
    Quantized quantized = quantize(classifier, rows);
    IntegerLoss loss = measure(trained, quantized.network(), quantized.unit(), measured);
    SortedMap<String, Double> metrics = new TreeMap<>(loss.metrics());
    metrics.put("scores.unit", quantized.unit());
    return new IntegerExport(quantized.network(),
        IntegerLoss.descendant(trained, quantized.network().files(), metrics,
            List.of(calibration, measured)),
        quantized.unit(), loss);
  }

  /** A network, and what 1 of its scores stands for among those of the classifier before its softmax. */
  private record Quantized(IntegerNetwork network, double unit) {}

  private static Quantized quantize(TrainedClassifier classifier, List<double[]> rows)
      throws InterruptedException {
    boolean convolves = !classifier.stages().isEmpty();
    InputBytes bytes = convolves
        ? InputBytes.ofImages(classifier.before(), rows)
        : new InputBytes(scales(rows), 0, 1, 0);
    List<TrainedClassifier.Layer> layers = new ArrayList<>(classifier.stages());
    layers.addAll(classifier.layers());
    double[] greatest = greatest(classifier, rows);
    TrainedClassifier.Layer first = convolves
        ? bytes.over(layers.getFirst())
        : overBytes(layers.getFirst(), bytes.scales());
    List<IntegerStage> stages = new ArrayList<>();
    List<IntegerLayer> quantized = new ArrayList<>();
    // what 1 stands for among a layer's inputs
    double unit = 1;
    double scoreUnit = 1;
    try {
      for (int l = 0; l < layers.size(); l++) {
        TrainedClassifier.Layer layer = l == 0 ? first : layers.get(l);
        boolean last = l == layers.size() - 1;
        double outputUnit = greatest[l] > 0 ? greatest[l] / GREATEST_VALUE : 1;
        scoreUnit = step(layer, unit);
        IntegerLayer made = quantize(layer, unit, scoreUnit, outputUnit, last);
        if (l < classifier.stages().size()) {
          stages.add(new IntegerStage(made, classifier.shapes().get(l).kernel()));
        } else {
          quantized.add(made);
        }
        unit = outputUnit;
      }
      return new Quantized(convolves
          ? IntegerNetwork.of(classifier.input(), bytes.scales(),
              image(classifier.shapes().getFirst(), bytes.padding()), stages, quantized)
          : IntegerNetwork.of(classifier.input(), bytes.scales(), quantized), scoreUnit);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException("no integer network can be made: " + e.getMessage(), e);
    }
  }

  private static IntegerImage image(Stage first, int padding) {
    return new IntegerImage(first.channels(), first.height(), first.width(), padding);
  }

  private static List<ByteScale> scales(List<double[]> rows) {
    double[] low = rows.getFirst().clone();
    double[] high = rows.getFirst().clone();
    boolean whole = true;
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        low[i] = Math.min(low[i], row[i]);
        high[i] = Math.max(high[i], row[i]);
        whole &= row[i] == StrictMath.rint(row[i]);
      }
    }
    double lowest = low[0];
    double highest = high[0];
    for (int i = 1; i < low.length; i++) {
      lowest = Math.min(lowest, low[i]);
      highest = Math.max(highest, high[i]);
    }
    if (whole && highest - lowest <= GREATEST_VALUE && Math.abs(lowest) < 1 << 24) {
      return List.of(new ByteScale((float) lowest, 1));
    }
    List<ByteScale> scales = new ArrayList<>();
    for (int i = 0; i < low.length; i++) {
      float step = (float) ((high[i] - low[i]) / GREATEST_VALUE);
      scales.add(
          new ByteScale((float) low[i], step > 0 && step < Float.POSITIVE_INFINITY ? step : 1));
    }
    return scales;
  }

  /** Returns the greatest output of each stage and layer, over the rows. */
  private static double[] greatest(TrainedClassifier classifier, List<double[]> rows)
      throws InterruptedException {
    int stages = classifier.stages().size();
    double[] greatest = new double[stages + classifier.layers().size()];
    for (double[] row : rows) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while calibrating");
      }
      double[] values = row;
      if (stages > 0) {
        values = new double[row.length];
        for (int i = 0; i < row.length; i++) {
          values[i] = classifier.before().of(i, row[i]);
        }
      }
      for (int l = 0; l < greatest.length; l++) {
        values = l < stages
            ? classifier.stages().get(l).filtered(classifier.shapes().get(l), values)
            : classifier.layers().get(l - stages).sums(values);
        for (int j = 0; j < values.length; j++) {
          values[j] = Math.max(0, values[j]);
          greatest[l] = Math.max(greatest[l], values[j]);
        }
      }
    }
    return greatest;
  }

  /** Returns the first layer as one that takes bytes. */
  private static TrainedClassifier.Layer overBytes(TrainedClassifier.Layer layer,
      List<ByteScale> scales) {
    double[][] weights = new double[layer.weights.length][layer.biases.length];
    double[] biases = layer.biases.clone();
    for (int i = 0; i < weights.length; i++) {
      ByteScale scale = scales.get(scales.size() == 1 ? 0 : i);
      for (int j = 0; j < biases.length; j++) {
        weights[i][j] = layer.weights[i][j] * scale.step();
        biases[j] += layer.weights[i][j] * scale.offset();
      }
    }
    return new TrainedClassifier.Layer(weights, biases);
  }

  /** One step of the sums; so large that the biases fit too, with half their range left for rounding. */
  private static double step(TrainedClassifier.Layer layer, double inputUnit) {
    double greatestWeight = 0;
    for (double[] row : layer.weights) {
      for (double weight : row) {
        greatestWeight = Math.max(greatestWeight, Math.abs(weight));
      }
    }
    double greatestBias = 0;
    for (double bias : layer.biases) {
      greatestBias = Math.max(greatestBias, Math.abs(bias));
    }
    double step = Math.max(greatestWeight / GREATEST_WEIGHT * inputUnit,
        greatestBias / (IntegerLayer.MAX_BIAS / 2));
    return step == 0 ? inputUnit : step;
  }

  private static IntegerLayer quantize(TrainedClassifier.Layer layer, double inputUnit,
      double step, double outputUnit, boolean last) {
    byte[][] weights = new byte[layer.weights.length][layer.biases.length];
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < weights[i].length; j++) {
        weights[i][j] = (byte) StrictMath.rint(layer.weights[i][j] * inputUnit / step);
      }
    }
    if (last) {
      return IntegerLayer.last(weights, biases(layer.biases, step, 0));
    }
    // the factor as multiplier / 2^shift, with as many bits as the multiplier has
    double factor = step / outputUnit;
    int shift = MULTIPLIER_BITS - 1 - StrictMath.getExponent(factor);
    shift = Math.max(0, Math.min(IntegerLayer.MAX_SHIFT, shift));
    double multiplier = StrictMath.rint(StrictMath.scalb(factor, shift));
    if (multiplier > IntegerLayer.MAX_MULTIPLIER && shift > 0) {
      shift--;
      multiplier = StrictMath.rint(StrictMath.scalb(factor, shift));
    }
    int bounded = (int) Math.max(1, Math.min(IntegerLayer.MAX_MULTIPLIER, multiplier));
    // the shift rounds down: half a step of the outputs, in steps of the sums, makes it round to the nearest
    double half = StrictMath.scalb(0.5, shift) / bounded;
    return IntegerLayer.hidden(weights, biases(layer.biases, step, half), bounded, shift);
  }

  private static int[] biases(double[] biases, double step, double add) {
    int[] rounded = new int[biases.length];
    for (int j = 0; j < rounded.length; j++) {
      rounded[j] = (int) Math.max(-IntegerLayer.MAX_BIAS,
          Math.min(IntegerLayer.MAX_BIAS - 1, StrictMath.rint(biases[j] / step + add)));
    }
    return rounded;
  }

  static IntegerLoss measure(TrainedModel original, IntegerNetwork network, double unit,
      Dataset data) throws InterruptedException {
    return Comparison.of(original, new Comparison.Twin() {
      @Override
      public int classes() {
        return network.outputs();
      }

      @Override
      public int[] run(double[] row) {
        return network.run(network.toBytes(floats(row)));
      }

      @Override
      public int label(int[] scores) {
        return IntegerModel.highest(scores);
      }

      @Override
      public double[] meaning(int[] scores) {
        double[] numbers = new double[scores.length];
        for (int j = 0; j < numbers.length; j++) {
          numbers[j] = unit * scores[j];
        }
        PostTransform.SOFTMAX.apply(numbers, numbers.length);
        return numbers;
      }
    }, false, data);
  }

  /** The root digest of an artifact of one file, by OpenSSF Model Signing: the digest of its digest. */
  static Digest artifact(TrainedModel trained) {
    return Digest.sha256(
        Digest.sha256(trained.files().read(ExactNumerics.MODEL_FILE)).bytes());
  }

  private static float[] floats(double[] row) {
    float[] floats = new float[row.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) row[i];
    }
    return floats;
  }
}
