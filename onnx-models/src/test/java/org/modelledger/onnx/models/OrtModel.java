package org.modelledger.onnx.models;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;

/** ONNX Runtime as a loaded model that keeps what it was asked and what it said. */
public final class OrtModel implements LoadedModel {
  private final Ort ort;
  private final List<Tensors> runs = new ArrayList<>();
  private final List<Tensors> results = new ArrayList<>();

  /** Writes the files there and loads them. */
  public OrtModel(ModelFiles files, Path directory) throws IOException, OrtException {
    this.ort = new Ort(files, directory);
  }

  /** Returns the inputs of each run. */
  public List<Tensors> runs() {
    return runs;
  }

  /** Returns the outputs of each run. */
  public List<Tensors> results() {
    return results;
  }

  @Override
  public List<TensorSpec> inputs() {
    return ort.inputs();
  }

  @Override
  public List<TensorSpec> outputs() {
    return ort.outputs();
  }

  @Override
  public Determinism determinism() {
    return Determinism.NONE;
  }

  @Override
  public Tensors run(Tensors inputs) {
    runs.add(inputs);
    try {
      Tensors outputs = ort.run(inputs);
      results.add(outputs);
      return outputs;
    } catch (OrtException e) {
      throw new InferenceException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      ort.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
