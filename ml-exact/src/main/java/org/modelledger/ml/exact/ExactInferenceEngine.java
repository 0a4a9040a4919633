package org.modelledger.ml.exact;

import java.util.List;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxReader;

/** Runs ONNX graphs and integer networks, the same bits on every JVM, on the thread that asks. */
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
    boolean integer = !IntegerNetwork.names(files).isEmpty();
    if (candidates.size() + (integer ? 1 : 0) != 1) {
      throw new ModelFormatException("the model has the files " + files.names()
          + "; expected exactly one *.onnx, or the parts of one integer network: "
          + IntegerNetwork.FILES + "0000 and so on");
    }
    if (integer) {
      return new IntegerModel(IntegerNetwork.read(files), () -> closed);
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
