package org.modelledger.ml.exact;

import java.util.List;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxReader;

/** Runs ONNX graphs, the same bits on every JVM, on the thread that asks. */
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
    List<String> candidates = files.names()
        .stream()
        .filter(name -> name.endsWith(".onnx"))
        .toList();
    if (candidates.size() != 1) {
      throw new ModelFormatException(
          "the model has the files " + files.names() + "; expected exactly one *.onnx");
    }
    String file = candidates.getFirst();
    byte[] bytes = files.read(file);
    try {
      return new ExactModel(OnnxReader.read(bytes), () -> closed);
    } catch (ModelFormatException e) {
      throw new ModelFormatException(file + ": " + e.getMessage(), e);
    }
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
