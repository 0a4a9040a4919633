package org.modelledger.ml.exact;

import java.util.List;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxReader;

/** Runs ONNX graphs, integer networks and integer trees, the same bits on every JVM, on the thread that asks. */
final class ExactInferenceEngine implements InferenceEngine {
  private static final EngineInfo INFO = new EngineInfo(ExactNumerics.NAME, ExactNumerics.VERSION,
      "cpu", 1);

  private volatile boolean closed;

  @Override
  public EngineInfo info() {
    requireOpen();
    return INFO;
  }

  @Override
  public LoadedModel load(ModelFiles files) {
    requireOpen();
    requireOneModel(files);
    if (!IntegerNetwork.names(files).isEmpty()) {
      return new IntegerModel(IntegerNetwork.read(files), () -> closed);
    }
    if (!IntegerTrees.names(files).isEmpty()) {
      return new IntegerTreesModel(IntegerTrees.read(files), () -> closed);
    }
    String file = onnxFile(files);
    try {
      return new ExactModel(OnnxReader.read(files.read(file)), () -> closed);
    } catch (ModelFormatException e) {
      throw new ModelFormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireOneModel(ModelFiles files) {
    int models = onnxFiles(files).size() + (IntegerNetwork.names(files).isEmpty() ? 0 : 1)
        + (IntegerTrees.names(files).isEmpty() ? 0 : 1);
    if (models != 1) {
      throw new ModelFormatException("the model has the files " + files.names()
          + "; expected exactly one *.onnx, or the parts of one integer network: "
          + IntegerNetwork.FILES + "0000 and so on, or of integer trees: " + IntegerTrees.FILES
          + "0000 and so on");
    }
  }

  private static List<String> onnxFiles(ModelFiles files) {
    return files.names().stream().filter(name -> name.endsWith(".onnx")).toList();
  }

  /**
   * Returns the name of the only ONNX file.
   *
   * @throws ModelFormatException if there is none, or more than one
   */
  static String onnxFile(ModelFiles files) {
    List<String> candidates = onnxFiles(files);
    if (candidates.size() != 1) {
      throw new ModelFormatException(
          "the model has the files " + files.names() + "; expected exactly one *.onnx");
    }
    return candidates.getFirst();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
