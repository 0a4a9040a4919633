package org.modelledger.ml.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.inference.DataType;
import org.modelledger.inference.TensorSpec;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.Hyperparameters;

/**
 * A network of the trainer: its architecture, what its input is called, and its numbers. In files: {@value #ARCHITECTURE_FILE} and
 * {@value #PARAMETERS_FILE}.
 *
 * @param input the name of the features
 * @param parameters by name
 */
record TrainedNetwork(Architecture architecture, String input,
    SortedMap<String, Safetensors.Values> parameters) {
  static final String ARCHITECTURE_FILE = "model.json";
  static final String PARAMETERS_FILE = "model.safetensors";
  static final String SCORES = "scores";
  static final String LABEL = "label";

  private static final String FORMAT = "modelledger-djl";
  private static final long VERSION = 1;

  /** Returns what the network takes: rows of float32, or tokens of int64. */
  List<TensorSpec> inputs() {
    List<Integer> row = architecture.row();
    long[] lengths = new long[row.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = row.get(i);
    }
    return List
        .of(new TensorSpec(input, architecture.takesTokens() ? DataType.INT64 : DataType.FP32,
            org.modelledger.inference.Shape.of(lengths)
                .prepend(org.modelledger.inference.Shape.FREE)));
  }

  /** Returns what it yields: the probability of each class, and the number of the most probable one. */
  List<TensorSpec> outputs() {
    long free = org.modelledger.inference.Shape.FREE;
    return List.of(
        new TensorSpec(SCORES, DataType.FP32,
            org.modelledger.inference.Shape.of(free, architecture.classes())),
        new TensorSpec(LABEL, DataType.INT64, org.modelledger.inference.Shape.of(free)));
  }

  ModelFiles files() {
    return ModelFiles.of(Map.of(ARCHITECTURE_FILE, Json.bytes(json()), PARAMETERS_FILE,
        Safetensors.write(parameters)));
  }

  private JsonObject json() {
    JsonObject settings = new JsonObject();
    architecture.body().settings().forEach(settings::addProperty);
    JsonArray row = new JsonArray();
    architecture.row().forEach(row::add);
    JsonObject network = new JsonObject();
    network.addProperty("algorithm", architecture.body().algorithm());
    network.add("row", row);
    network.addProperty("classes", architecture.classes());
    network.addProperty("inputScale", Double.toString(architecture.inputScale()));
    network.add("settings", settings);
    JsonObject object = new JsonObject();
    object.addProperty("format", FORMAT);
    object.addProperty("version", VERSION);
    object.add("network", network);
    object.add("inputs", Json.array(inputs()));
    object.add("outputs", Json.array(outputs()));
    return object;
  }

  /** @throws ModelFormatException if the files are not of this format, or do not fit each other */
  static TrainedNetwork read(ModelFiles files) {
    if (!files.names().contains(PARAMETERS_FILE) || !files.names().contains(ARCHITECTURE_FILE)) {
      throw new ModelFormatException("the model has the files " + files.names() + "; expected "
          + ARCHITECTURE_FILE + " and " + PARAMETERS_FILE);
    }
    JsonObject object = Json.object(files.read(ARCHITECTURE_FILE), ARCHITECTURE_FILE);
    String format = Json.text(Json.member(object, "format", ARCHITECTURE_FILE),
        ARCHITECTURE_FILE + ": format");
    long version = Json.number(Json.member(object, "version", ARCHITECTURE_FILE),
        ARCHITECTURE_FILE + ": version");
    if (!format.equals(FORMAT) || version != VERSION) {
      throw new ModelFormatException(ARCHITECTURE_FILE + " has format '" + format + "', version "
          + version + "; supported is '" + FORMAT + "', version " + VERSION);
    }
    List<TensorSpec> inputs = Json.specs(object, "inputs", ARCHITECTURE_FILE);
    TrainedNetwork network = new TrainedNetwork(
        architecture(Json.objectMember(object, "network", ARCHITECTURE_FILE)),
        inputs.getFirst().name(), Safetensors.read(files.read(PARAMETERS_FILE), PARAMETERS_FILE));
    if (!inputs.equals(network.inputs())
        || !Json.specs(object, "outputs", ARCHITECTURE_FILE).equals(network.outputs())) {
      throw new ModelFormatException(ARCHITECTURE_FILE
          + " declares other inputs or outputs than those of its network: " + network.inputs()
          + ", " + network.outputs());
    }
    network.check();
    return network;
  }

  private static Architecture architecture(JsonObject network) {
    String where = ARCHITECTURE_FILE + ": network";
    String algorithm = Json.text(Json.member(network, "algorithm", where), where + ".algorithm");
    if (!Architecture.knows(algorithm)) {
      throw new ModelFormatException(
          where + " has the algorithm '" + algorithm + "', which is not supported");
    }
    List<Integer> row = new ArrayList<>();
    for (JsonElement length : Json.list(network, "row", where)) {
      row.add(whole(Json.number(length, where + ".row"), where + ".row", Integer.MAX_VALUE));
    }
    if (row.isEmpty()) {
      throw new ModelFormatException(where + ".row is empty");
    }
    Map<String, String> settings = new TreeMap<>();
    for (Map.Entry<String, JsonElement> setting : Json.objectMember(network, "settings", where)
        .entrySet()) {
      settings.put(setting.getKey(),
          Json.text(setting.getValue(), where + ".settings." + setting.getKey()));
    }
    Hyperparameters values = Hyperparameters.of(settings);
    try {
      Architecture.names(algorithm).forEach(values::has);
      values.requireKnown(algorithm);
      return Architecture.of(algorithm, values, row,
          whole(Json.number(Json.member(network, "classes", where), where + ".classes"),
              where + ".classes", Architecture.MAX_CLASSES),
          scale(Json.text(Json.member(network, "inputScale", where), where + ".inputScale")));
    } catch (ConfigurationException | ArithmeticException e) {
      throw new ModelFormatException(where + ": " + e.getMessage(), e);
    }
  }

  private static int whole(long number, String where, int max) {
    if (number < 1 || number > max) {
      throw new ModelFormatException(where + " has " + number + "; expected 1 to " + max);
    }
    return (int) number;
  }

  private static double scale(String text) {
    return Hyperparameters.of(Map.of("inputScale", text)).number("inputScale", 1, -1e30, 1e30);
  }

  /** Holds the numbers against what the architecture wants, before anything is allocated for it. */
  private void check() {
    long wanted = Layer.parameters(architecture);
    long has = parameters.values().stream().mapToLong(values -> values.elements().length).sum();
    if (wanted != has) {
      throw new ModelFormatException(PARAMETERS_FILE + " has " + has + " numbers; the network in "
          + ARCHITECTURE_FILE + " has " + wanted);
    }
  }

  /** Gives the network native memory that belongs to the manager. */
  Network open(NDManager manager) {
    NetworkBlocks blocks = NetworkBlocks.of(architecture);
    blocks.block().freezeParameters(true);
    load(blocks, manager, 1, architecture, parameters);
    return new Network() {
      @Override
      public NDList forward(NDManager call, NDList inputs) {
        NDArray logits = blocks.block()
            .forward(new ParameterStore(call, false), inputs, false)
            .singletonOrThrow();
        return new NDList(logits.softmax(-1), logits.argMax(-1));
      }

      @Override
      public void close() {
        blocks.block().clear();
      }
    };
  }

  /** Initializes blocks with numbers that belong to the manager. */
  static void load(NetworkBlocks blocks, NDManager manager, int batch, Architecture architecture,
      Map<String, Safetensors.Values> values) {
    for (Map.Entry<String, Parameter> entry : blocks.parameters().entrySet()) {
      String name = entry.getKey();
      Safetensors.Values tensor = values.get(name);
      if (tensor == null) {
        throw new ModelFormatException(PARAMETERS_FILE + " has no '" + name + "'; it has "
            + values.keySet());
      }
      entry.getValue().setInitializer((owner, shape, type) -> {
        List<Long> wanted = new ArrayList<>();
        for (long length : shape.getShape()) {
          wanted.add(length);
        }
        if (!wanted.equals(tensor.shape())) {
          throw new ModelFormatException(PARAMETERS_FILE + ": '" + name + "' has shape "
              + tensor.shape() + "; the network in " + ARCHITECTURE_FILE + " wants " + wanted);
        }
        return array(owner, tensor.elements(), shape);
      });
    }
    blocks.block()
        .initialize(manager, ai.djl.ndarray.types.DataType.FLOAT32,
            inputShape(architecture, batch));
  }

  static Shape inputShape(Architecture architecture, int batch) {
    long[] lengths = new long[architecture.row().size() + 1];
    lengths[0] = batch;
    for (int i = 1; i < lengths.length; i++) {
      lengths[i] = architecture.row().get(i - 1);
    }
    return new Shape(lengths);
  }

  /** Returns an array in PyTorch's own memory. */
  static NDArray array(NDManager manager, float[] elements, Shape shape) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(elements.length * Float.BYTES)
        .order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(elements);
    try (NDArray view = manager.create(bytes, shape, ai.djl.ndarray.types.DataType.FLOAT32)) {
      return view.duplicate();
    }
  }
}
