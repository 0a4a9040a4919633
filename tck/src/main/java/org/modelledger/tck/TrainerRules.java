package org.modelledger.tck;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/** The stage of the trainer's tests: a trainer for each test, a specification and data to spoil. */
abstract class TrainerRules {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Trainer trainer;

  /**
   * Opens a trainer. Called once or more for each test, which closes it.
   *
   * @throws Exception if it cannot be opened; the test fails with it
   */
  protected abstract Trainer newTrainer() throws Exception;

  /**
   * Opens an engine that runs what the trainer makes. The tests close it.
   *
   * @throws Exception if it cannot be opened; the test fails with it
   */
  protected abstract InferenceEngine newEngine() throws Exception;

  /**
   * Returns what to train: something quick, of two epochs with two batches each at least, that comes
   * out differently for another seed unless {@link #usesTheSeed()} says otherwise, with every
   * hyper-parameter set whose value has a grammar.
   */
  protected abstract TrainingSpec spec();

  /**
   * Returns data that fits the specification: at least four rows, floating-point features, and for
   * the target whole numbers that stand for classes or floating-point ones.
   *
   * @throws Exception if it cannot be read; the test fails with it
   */
  protected abstract Dataset data() throws Exception;

  /** Says whether the algorithm makes random choices; true unless overridden. */
  protected boolean usesTheSeed() {
    return true;
  }

  /** Returns how many threads train at once; 3 unless overridden. */
  protected int threads() {
    return 3;
  }

  @BeforeEach
  final void openTrainer() throws Exception {
    trainer = another();
  }

  @AfterEach
  final void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  /** Returns the test's trainer. */
  final Trainer trainer() {
    return trainer;
  }

  /** Opens one more trainer. */
  final Trainer another() throws Exception {
    Trainer another = newTrainer();
    opened.add(another);
    return another;
  }

  final InferenceEngine openEngine() throws Exception {
    InferenceEngine engine = newEngine();
    opened.add(engine);
    return engine;
  }

  final TrainedModel train() throws Exception {
    return trainer.train(spec(), data(), TrainingListener.NONE);
  }

  /** Returns the specification with another algorithm, or with another parameter. */
  final TrainingSpec specOf(String algorithm, Map<String, String> changed, long seed) {
    TrainingSpec spec = spec();
    TreeMap<String, String> parameters = new TreeMap<>(spec.parameters());
    parameters.putAll(changed);
    TrainingSpec.Builder builder = TrainingSpec.builder(algorithm)
        .features(spec.features())
        .target(spec.target())
        .seed(seed);
    parameters.forEach(builder::parameter);
    return builder.build();
  }

  /** Returns the digest of each file. */
  static Map<String, Digest> contents(TrainedModel trained) {
    Map<String, Digest> contents = new TreeMap<>();
    trained.files()
        .names()
        .forEach(name -> contents.put(name, Digest.sha256(trained.files().read(name))));
    return contents;
  }

  /** Returns the columns of a dataset, all rows. */
  static Map<String, Tensor> columns(Dataset data) {
    return new LinkedHashMap<>(data.read(0, Math.toIntExact(data.rows())).asMap());
  }

  static Dataset dataset(Map<String, Tensor> columns) {
    return Dataset.of("spoilt", Tensors.of(columns));
  }

  /** Returns the dataset without a column, but still with one. */
  static Dataset without(Dataset data, String column) {
    Map<String, Tensor> columns = columns(data);
    columns.remove(column);
    columns.put("something-else",
        zeros(DataType.FP32, Shape.of(data.rows())));
    return dataset(columns);
  }

  static Dataset with(Dataset data, String column, Tensor tensor) {
    Map<String, Tensor> columns = columns(data);
    columns.put(column, tensor);
    return dataset(columns);
  }

  /** Returns the dataset without rows. */
  static Dataset empty(Dataset data) {
    Map<String, Tensor> columns = new LinkedHashMap<>();
    for (TensorSpec column : data.columns()) {
      columns.put(column.name(), zeros(column.dataType(), column.shape().prepend(0)));
    }
    return dataset(columns);
  }

  /** Returns the dataset with another number as the first element of one row of a column. */
  static Dataset with(Dataset data, String column, long row, double number) {
    Tensor tensor = columns(data).get(column);
    if (tensor == null) {
      throw new IllegalArgumentException("the data has no column " + column);
    }
    ByteBuffer bytes = ByteBuffer.allocate(tensor.data().remaining())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(tensor.data())
        .flip();
    int at = Math.toIntExact(bytes.limit() / data.rows() * row);
    switch (tensor.dataType()) {
      case FP32 -> bytes.putFloat(at, (float) number);
      case FP64 -> bytes.putDouble(at, number);
      case INT64 -> bytes.putLong(at, (long) number);
      case INT32 -> bytes.putInt(at, (int) number);
      case INT8 -> bytes.put(at, (byte) number);
      default -> throw new IllegalArgumentException(
          "the data's columns are FP32, FP64, INT64, INT32 or INT8, not " + tensor.dataType());
    }
    return with(data, column, Tensor.wrap(tensor.dataType(), tensor.shape(), bytes));
  }

  static boolean isFloating(Dataset data, String column) {
    DataType type = data.columns()
        .stream()
        .filter(spec -> spec.name().equals(column))
        .findAny()
        .orElseThrow()
        .dataType();
    return type == DataType.FP32 || type == DataType.FP64;
  }

  static Tensor zeros(DataType type, Shape shape) {
    return Tensor.wrap(type, shape,
        ByteBuffer.allocate(Math.toIntExact(shape.elements() * type.size())));
  }
}
