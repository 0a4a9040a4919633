package org.modelledger.bench.inference;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.modelledger.bench.Workspace;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.types.TFloat32;

/** TensorFlow; bare is a SavedModel's session, run by the names of its operations. */
final class TensorFlowBench implements BenchEngine {
  @Override
  public String name() {
    return "tensorflow";
  }

  @Override
  public ModelFiles files(BenchModel model) throws IOException {
    Mlp network = (Mlp) model;
    Path directory = Workspace.create("tensorflow");
    try (Graph graph = new Graph(); Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> input = tf.withName(Mlp.INPUT)
          .placeholder(TFloat32.class,
              Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE, network.features())));
      Operand<TFloat32> value = input;
      for (int layer = 0; layer < network.layers(); layer++) {
        Operand<TFloat32> weights = tf.constant(Shape.of(network.from(layer), network.to(layer)),
            DataBuffers.of(network.weights(layer)));
        value = tf.nn.biasAdd(tf.linalg.matMul(value, weights), tf.constant(network.biases(layer)));
        value = layer + 1 < network.layers() ? tf.nn.relu(value) : value;
      }
      Signature signature = Signature.builder()
          .key(Signature.DEFAULT_KEY)
          .input(Mlp.INPUT, input)
          .output(Mlp.OUTPUT, tf.withName(Mlp.OUTPUT).nn.softmax(value))
          .build();
      SavedModelBundle.exporter(directory.toString())
          .withTags(SavedModelBundle.DEFAULT_TAG)
          .withFunction(SessionFunction.create(signature, session))
          .export();
      return read(directory);
    } finally {
      Workspace.delete(directory);
    }
  }

  private static ModelFiles read(Path directory) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(directory.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return ModelFiles.of(files);
  }

  @Override
  public BareModel bare(BenchModel model, ModelFiles files, String device, int threads,
      Tensors inputs) throws IOException {
    ConfigProto.Builder config = ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(threads)
        .setInterOpParallelismThreads(1);
    if (device.startsWith("cuda")) {
      config.setGpuOptions(GPUOptions.newBuilder()
          .setAllowGrowth(true)
          .setVisibleDeviceList(Integer.toString(BenchEngine.gpu(device))));
    } else {
      config.putDeviceCount("GPU", 0);
    }
    Path directory = Workspace.create("tensorflow");
    for (String name : files.names()) {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, files.read(name));
    }
    SavedModelBundle bundle = SavedModelBundle.loader(directory.toString())
        .withTags(SavedModelBundle.DEFAULT_TAG)
        .withConfigProto(config.build())
        .load();
    Workspace.delete(directory);
    return new Bundle(bundle, inputs.get(Mlp.INPUT));
  }

  private static final class Bundle implements BareModel {
    private final SavedModelBundle bundle;
    private final FloatBuffer inputs;
    private final Shape shape;

    Bundle(SavedModelBundle bundle, Tensor inputs) {
      this.bundle = bundle;
      this.inputs = inputs.data().asFloatBuffer();
      shape = Shape.of(inputs.shape().lengths());
    }

    @Override
    public float[] run() {
      // memory of TensorFlow's own is the only one that it takes
      try (TFloat32 input = TFloat32.tensorOf(shape, DataBuffers.of(inputs.duplicate()));
          Result result = bundle.session()
              .runner()
              .feed(Mlp.INPUT, input)
              .fetch(Mlp.OUTPUT)
              .run()) {
        float[] scores = new float[Math.toIntExact(shape.get(0)) * Mlp.CLASSES];
        ((TFloat32) result.get(0)).copyTo(DataBuffers.of(scores, false, false));
        return scores;
      }
    }

    @Override
    public float[] scores() {
      return run();
    }

    @Override
    public void close() {
      bundle.close();
    }
  }
}
