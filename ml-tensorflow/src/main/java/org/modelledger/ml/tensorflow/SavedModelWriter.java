package org.modelledger.ml.tensorflow;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.StorageException;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Makes a SavedModel of trained parameters: a graph of its own, from raw rows to logits, without what training needed.
 * The same parameters make the same bytes.
 */
final class SavedModelWriter {
  static final String LOGITS = "logits";
  static final String SCORES = "scores";
  static final String LABEL = "label";

  private SavedModelWriter() {}

  static ModelFiles write(Blueprint blueprint, String features, Map<String, float[]> values,
      ConfigProto config) {
    try (Graph graph = new Graph(); PrivateDirectory directory = PrivateDirectory.create()) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> input = tf.withName("features")
          .placeholder(TFloat32.class, Placeholder.shape(
              Shape.of(blueprint.row().prepend(-1).lengths())));
      Operand<TFloat32> rows = tf.reshape(input,
          tf.constant(new long[]{-1, blueprint.width()}));
      Network network = blueprint.network(tf, rows);
      Operand<TFloat32> logits = tf.withName(LOGITS).identity(network.logits());
      Signature signature = Signature.builder()
          .key(Signature.DEFAULT_KEY)
          .input(features, input)
          .output(LOGITS, logits)
          .output(SCORES, tf.withName(SCORES).nn.softmax(logits))
          .output(LABEL,
              tf.withName(LABEL).math.argMax(logits, tf.constant(1), TInt64.class))
          .build();
      // the values come in through placeholders, so that they are not in the graph as well
      Map<Network.Parameter, Placeholder<TFloat32>> inputs = new TreeMap<>(
          Comparator.comparing(Network.Parameter::name));
      List<Op> assigns = new ArrayList<>();
      for (Network.Parameter parameter : network.parameters()) {
        Placeholder<TFloat32> value = tf.withName(parameter.name() + "_value")
            .placeholder(TFloat32.class, Placeholder.shape(
                parameter.shape()));
        inputs.put(parameter, value);
        assigns.add(tf.withName(parameter.name() + "_assign").assign(parameter.variable(), value));
      }
      try (Session session = new Session(graph, config)) {
        Session.Runner runner = session.runner();
        assigns.forEach(runner::addTarget);
        try (Closing closing = new Closing()) {
          inputs.forEach((parameter, value) -> runner.feed(value, closing
              .later(Floats.tensor(Objects.requireNonNull(values.get(parameter.name())),
                  parameter.shape()))));
          closing.later(runner.run());
        }
        SavedModelBundle.exporter(directory.path().toString())
            .withTags(SavedModelBundle.DEFAULT_TAG)
            .withFunction(SessionFunction.create(signature, session))
            .export();
      }
      return read(directory.path());
    } catch (IOException e) {
      throw new StorageException("cannot write the trained model: " + e.getMessage(), e);
    }
  }

  private static ModelFiles read(Path directory) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(path);
        String name = directory.relativize(path).toString().replace('\\', '/');
        files.put(name, name.equals(SavedSignature.FILE) ? normalized(bytes) : bytes);
      }
    }
    return ModelFiles.of(files);
  }

  /** TensorFlow writes maps in an order that changes from process to process; here it is that of their keys. */
  private static byte[] normalized(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.useDeterministicSerialization();
    SavedModel.parseFrom(bytes).writeTo(coded);
    coded.flush();
    return out.toByteArray();
  }
}
