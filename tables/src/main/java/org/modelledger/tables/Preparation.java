package org.modelledger.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxModel;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxModels;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxReader;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;
import org.modelledger.training.LineageFacts;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.TrainingSpec;

/**
 * How rows of a table become rows of numbers: learned from the training rows, the same for all others, and
 * part of the model that is served. Immutable and safe for use by several threads.
 *
 * <p>{@link #apply} makes a dataset for a trainer, with the columns {@value #FEATURES} and {@value #TARGET};
 * {@link #attach} puts the same computation before the trained graph, so that raw rows go in: one input for
 * each column, [N, 1], which {@link #inputs} makes of a table. Both give the same bits.
 *
 * <p>The features are, in this order: numbers; 1 or 0 where a value is missing; codes; one-hot. Within each
 * they have the order of the schema. {@link #featureNames} names them.
 */
public final class Preparation {
  /** What the features are called, in datasets and graphs. */
  public static final String FEATURES = "features";

  /** What the column to predict is called in datasets. */
  public static final String TARGET = "label";

  /** What the class is called that stands for a model's label. */
  public static final String CLASS = "class";

  private static final String LABEL = "label";
  private static final String METADATA = "modelledger.preparation";
  private static final String FEATURE_NAMES = "modelledger.features";

  private final TableSchema schema;
  private final Map<String, ColumnSteps> steps;
  private final Features features;
  private final Optional<Target> target;
  private final DataType type;
  private final List<DataSource> sources;

  private Preparation(Builder builder, Table training) {
    this.schema = builder.schema;
    this.steps = builder.allSteps();
    this.features = Features.fit(training, steps);
    this.target = builder.fitTarget(training);
    this.type = builder.type;
    this.sources = training.sources();
  }

  /** Begins a preparation of tables of a schema. */
  public static Builder builder(TableSchema schema) {
    return new Builder(schema);
  }

  /** Returns what the features are called, such as {@code income}, {@code income is missing}, {@code city=Rome}. */
  public List<String> featureNames() {
    return features.names();
  }

  /**
   * Returns what the labels 0, 1, … stand for: texts, or whole numbers as text; none if the target is taken
   * as it is.
   */
  public List<String> classes() {
    return target.map(Target::classes).orElse(List.of()).stream().map(Object::toString).toList();
  }

  /**
   * Returns prepared rows; they are computed when they are read. The target's column is there if there is
   * a target and the table has it.
   *
   * @throws IllegalArgumentException if the table misses a column, or has it in another type
   */
  public Dataset apply(Table table) {
    features.inputs(schema).forEach(field -> requireField(table, field));
    Optional<Target> there = target
        .filter(predicted -> table.schema().has(predicted.field().name()));
    there.ifPresent(predicted -> requireField(table, predicted.field()));
    return new PreparedDataset(table, features, there, type);
  }

  /**
   * Returns a table's columns as a model with this preparation takes them, by name: [N, 1] each; numbers in
   * their own type; whole numbers and truth values as INT64, or, where the schema lets them be missing, as
   * FP64 with NaN; text as BYTES, empty where missing.
   *
   * @throws IllegalArgumentException if the table misses a column, or has it in another type
   */
  public Tensors inputs(Table table) {
    LinkedHashMap<String, Tensor> inputs = new LinkedHashMap<>();
    for (Field field : features.inputs(schema)) {
      requireField(table, field);
      inputs.put(field.name(), RawColumns.tensor(table.column(field.name())));
    }
    return Tensors.of(inputs);
  }

  private static void requireField(Table table, Field field) {
    Field found = table.schema().field(field.name());
    if (!found.equals(field)) {
      throw new IllegalArgumentException(
          "the table has the column " + found + "; expected " + field + ", as it was learned");
    }
  }

  /**
   * Returns the graph: from one input for each column to {@value #FEATURES}, [N, F]. Its metadata has the
   * names of the features, a line each, and the steps with what was learned.
   */
  public OnnxModel graph() {
    return graph(Map.of());
  }

  private OnnxModel graph(Map<String, Long> opsets) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FEATURE_NAMES,
        featureNames().stream()
            .map(name -> name.replace("\n", "\\n"))
            .collect(Collectors.joining("\n")));
    metadata.put(METADATA, toString());
    return PreparationGraph.of(schema, features, type, opsets, metadata);
  }

  /**
   * Puts this preparation before a trained model. The graph then takes raw columns, and where the target has
   * classes and the model yields an INT64 {@code label}, it yields {@value #CLASS} besides: the class as
   * BYTES, or as INT64 if the classes are whole numbers.
   *
   * <p>The facts of the lineage say so: the environment has the steps of each column as {@code
   * preparation.COLUMN} and the digest of the preparation's graph as {@code preparation}; the rows that it
   * was learned from are among the data.
   *
   * @param trained an ONNX model, trained from what {@link #apply} made
   * @throws ModelFormatException if it has no ONNX graph, or another one than of such a model
   * @throws IllegalArgumentException if a column has the name of one of the model's values
   */
  public TrainedModel attach(TrainedModel trained) {
    String file = onnxFile(trained.files());
    OnnxModel model = OnnxReader.read(trained.files().read(file));
    String input = trained.facts()
        .spec()
        .map(TrainingSpec::features)
        .filter(name -> model.inputs().stream().anyMatch(value -> value.name().equals(name)))
        .orElseGet(() -> onlyInput(model, file));
    OnnxModel prepare = graph(model.opsets());
    OnnxModel joined = withClass(OnnxModels.join(prepare, model, Map.of(input, FEATURES)));
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : trained.files().names()) {
      files.put(name, name.equals(file) ? OnnxWriter.write(joined) : trained.files().read(name));
    }
    return new TrainedModel(ModelFiles.of(files), trained.metrics(),
        facts(trained.facts(), Digest.sha256(OnnxWriter.write(prepare))));
  }

  private static String onnxFile(ModelFiles files) {
    List<String> graphs = files.names().stream().filter(name -> name.endsWith(".onnx")).toList();
    if (graphs.size() != 1) {
      throw new ModelFormatException(
          "the model has the files " + files.names() + "; expected one that ends in .onnx");
    }
    return graphs.getFirst();
  }

  private static String onlyInput(OnnxModel model, String file) {
    if (model.inputs().size() != 1) {
      throw new ModelFormatException(file + " has the inputs "
          + model.inputs().stream().map(OnnxValue::name).toList()
          + "; expected one, or the specification's column of features");
    }
    return model.inputs().getFirst().name();
  }

  private OnnxModel withClass(OnnxModel model) {
    List<Object> classes = target.map(Target::classes).orElse(List.of());
    Optional<OnnxValue> label = model.outputs()
        .stream()
        .filter(output -> output.name().equals(LABEL) && output.type() == OnnxDataType.INT64)
        .findAny();
    if (classes.isEmpty() || label.isEmpty()) {
      return model;
    }
    List<Long> labels = new ArrayList<>();
    for (long i = 0; i < classes.size(); i++) {
      labels.add(i);
    }
    boolean texts = classes.getFirst() instanceof String;
    OnnxAttribute values = texts
        ? new OnnxAttribute.StringList("values_strings",
            classes.stream().map(Object::toString).toList())
        : new OnnxAttribute.IntList("values_int64s",
            classes.stream().map(value -> (Long) value).toList());
    String inside = PreparationGraph.INSIDE + LABEL;
    OnnxModelBuilder naming = new OnnxModelBuilder(model.graphName());
    model.opsets().forEach(naming::opset);
    OnnxModel names = naming.input(new OnnxValue(inside, OnnxDataType.INT64, label.get().shape()))
        .output(new OnnxValue(CLASS, texts ? OnnxDataType.STRING : OnnxDataType.INT64,
            label.get().shape()))
        .node(new OnnxNode("", PreparationGraph.ML, "LabelEncoder", List.of(inside), List.of(CLASS),
            List.of(new OnnxAttribute.IntList("keys_int64s", labels), values)))
        .producer(model.producerName(), model.producerVersion())
        .build();
    List<String> outputs = new ArrayList<>();
    model.outputs().forEach(output -> outputs.add(output.name()));
    outputs.add(CLASS);
    return OnnxModels.join(model, names, Map.of(inside, LABEL), outputs);
  }

  private LineageFacts facts(LineageFacts trained, Digest graph) {
    TreeMap<String, String> environment = new TreeMap<>(trained.environment());
    environment.put("preparation", graph.toString());
    steps.forEach((column, todo) -> environment.put("preparation." + column, todo.toString()));
    target.filter(predicted -> !predicted.classes().isEmpty())
        .ifPresent(predicted -> environment.put("preparation." + predicted.field().name(),
            "classes " + predicted.classes()));
    Set<DataSource> data = new LinkedHashSet<>(trained.data());
    data.addAll(sources);
    return trained.toBuilder().environment(environment).data(List.copyOf(data)).build();
  }

  /** Returns what was learned, a line for each column; it has categories of the data in it. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    features.numbers().forEach(column -> lines.add(column.toString()));
    features.indicated().forEach(field -> lines.add(field.name() + ": is missing"));
    features.codes().forEach(column -> lines.add(column.toString()));
    features.oneHot().forEach(column -> lines.add(column.toString()));
    target.ifPresent(predicted -> lines.add(predicted.field().name() + ": the target"
        + (predicted.classes().isEmpty() ? "" : ", classes " + predicted.classes())));
    return String.join("\n", lines);
  }

  /** Says what to do with which column. Not for use by several threads at once. */
  public static final class Builder {
    private final TableSchema schema;
    private final Map<String, ColumnSteps> byName = new LinkedHashMap<>();
    private final Set<String> dropped = new LinkedHashSet<>();
    private ColumnSteps numbers = ColumnSteps.NONE;
    private ColumnSteps texts = ColumnSteps.NONE;
    private @Nullable String target;
    private boolean classified;
    private List<String> classes = List.of();
    private DataType type = DataType.FP32;

    private Builder(TableSchema schema) {
      this.schema = schema;
    }

    /** Sets the steps for all columns of numbers, whole numbers and truth values without steps of their own. */
    public Builder numbers(UnaryOperator<ColumnSteps> steps) {
      numbers = steps.apply(ColumnSteps.NONE);
      return this;
    }

    /** Sets the steps for all columns of text without steps of their own. */
    public Builder texts(UnaryOperator<ColumnSteps> steps) {
      texts = steps.apply(ColumnSteps.NONE);
      return this;
    }

    /**
     * Sets the steps for a column, instead of those for its type.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public Builder column(String name, UnaryOperator<ColumnSteps> steps) {
      byName.put(schema.field(name).name(), steps.apply(ColumnSteps.NONE));
      return this;
    }

    /**
     * Leaves columns out, such as a customer's number.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public Builder drop(String... names) {
      for (String name : names) {
        dropped.add(schema.field(name).name());
      }
      return this;
    }

    /**
     * Sets the column to predict, whose numbers are taken as they are: real numbers for a regression, whole
     * numbers from 0 or truth values for a classification.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public Builder target(String name) {
      target = schema.field(name).name();
      classified = false;
      return this;
    }

    /**
     * Sets the column to predict, whose texts, whole numbers or truth values are classes, numbered from 0.
     *
     * @param order of the classes; if none are given those of the training rows, ascending
     * @throws IllegalArgumentException if there is no such column
     */
    public Builder classes(String name, String... order) {
      target = schema.field(name).name();
      classified = true;
      classes = List.of(order);
      return this;
    }

    /** Has the features in float64; they are in float32 if not set. Either way they are computed in float64. */
    public Builder fp64() {
      type = DataType.FP64;
      return this;
    }

    /**
     * Learns from the training rows.
     *
     * @throws IllegalArgumentException if the table has another schema, no column is left, a column has a
     *     name that graphs need themselves, or steps do not go with its type; names it
     * @throws TableException if something cannot be learned from the rows; names the column
     */
    public Preparation fit(Table training) {
      if (!training.schema().equals(schema)) {
        throw new IllegalArgumentException("the table has the columns " + training.schema().fields()
            + "; expected " + schema.fields());
      }
      if (allSteps().isEmpty()) {
        throw new IllegalArgumentException(
            "no column is left to learn from; there are " + schema.names()
                + ", dropped " + dropped);
      }
      return new Preparation(this, training);
    }

    private Map<String, ColumnSteps> allSteps() {
      Map<String, ColumnSteps> steps = new LinkedHashMap<>();
      for (Field field : schema.fields()) {
        String name = field.name();
        if (dropped.contains(name) || name.equals(target)) {
          continue;
        }
        if (name.equals(FEATURES) || name.equals(CLASS)
            || name.startsWith(PreparationGraph.INSIDE)) {
          throw new IllegalArgumentException(
              "a column is called '" + name + "'; expected another name than '"
                  + FEATURES + "', '" + CLASS + "' and '" + PreparationGraph.INSIDE
                  + "…', which graphs use themselves");
        }
        steps.put(name,
            byName.getOrDefault(name, field.type() == ColumnType.TEXT ? texts : numbers));
      }
      return steps;
    }

    private Optional<Target> fitTarget(Table training) {
      if (target == null) {
        return Optional.empty();
      }
      return Optional.of(classified
          ? Target.classes(training, target, classes)
          : Target.numbers(schema.field(target)));
    }
  }
}
