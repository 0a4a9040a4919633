package org.modelledger.ml.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Pair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/**
 * A TorchScript module that learns. It is loaded from a path, because DJL makes a module's parameters learnable only there; measured
 * without PyTorch's inference mode, whose tensors cannot be learned from afterwards; and written by the native function, because what
 * DJL's model saves has a header that nobody reads.
 */
final class TrainableModule implements Trainable {
  private static final String FILE = "model.pt";

  private final NDManager parent;
  private final TorchScriptSignature signature;
  private NDManager manager;
  private PtSymbolBlock block;
  private final SortedMap<String, NDArray> weights = new TreeMap<>();

  TrainableModule(NDManager parent, byte[] module, TorchScriptSignature signature) {
    this.parent = parent;
    this.signature = signature;
    this.manager = parent.newSubManager();
    this.block = open(manager, module);
    learn();
  }

  private static PtSymbolBlock open(NDManager manager, byte[] module) {
    try (PrivateDirectory directory = new PrivateDirectory()) {
      Path file = directory.write(FILE, module);
      return JniUtils.loadModule((PtNDManager) manager, file, true, new String[0], new String[0],
          true);
    } catch (IOException e) {
      throw new StorageException("cannot put a module where PyTorch reads it: " + e.getMessage(),
          e);
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          "the base is not a TorchScript module: " + NetworkModel.firstLine(e), e);
    }
  }

  private void learn() {
    weights.clear();
    for (Pair<String, Parameter> parameter : block.getDirectParameters()) {
      NDArray array = parameter.getValue().getArray();
      array.setRequiresGradient(true);
      weights.put(parameter.getKey(), array);
    }
    JniUtils.enableTrainingMode(block);
  }

  @Override
  public SortedMap<String, NDArray> weights() {
    return weights;
  }

  @Override
  public boolean decays(String name) {
    return !name.endsWith("bias");
  }

  /** A module may have dropout, and does not say so. */
  @Override
  public boolean isRandom() {
    return true;
  }

  @Override
  public NDArray forward(NDManager call, NDList inputs, boolean training) {
    if (training) {
      return IValueUtils.forward(block, inputs, true).head();
    }
    JniUtils.enableInferenceMode(block);
    try {
      return IValueUtils.forward(block, inputs, true).head();
    } finally {
      JniUtils.enableTrainingMode(block);
    }
  }

  @Override
  public byte[] save() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // what is run later is written as it is run
    JniUtils.enableInferenceMode(block);
    JniUtils.writeModule(block, bytes, false);
    JniUtils.enableTrainingMode(block);
    return bytes.toByteArray();
  }

  @Override
  public void load(byte[] saved) {
    NDManager fresh = parent.newSubManager();
    PtSymbolBlock loaded = open(fresh, saved);
    block.close();
    manager.close();
    manager = fresh;
    block = loaded;
    learn();
  }

  @Override
  public ModelFiles files() {
    return ModelFiles
        .of(Map.of(FILE, save(), TorchScriptSignature.FILE, signature.toJson()));
  }

  @Override
  public void close() {
    block.close();
    manager.close();
  }
}
