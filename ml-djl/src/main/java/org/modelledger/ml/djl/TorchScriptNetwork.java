package org.modelledger.ml.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.modelledger.model.ModelFormatException;

/** A TorchScript module that is only run. */
final class TorchScriptNetwork implements Network {
  private final PtSymbolBlock block;

  private TorchScriptNetwork(PtSymbolBlock block) {
    this.block = block;
  }

  /**
   * @param bytes from memory: the native library would not see that a stream failed
   * @param file for messages
   * @throws ModelFormatException if they are not a module
   */
  static TorchScriptNetwork load(NDManager manager, InputStream bytes, String file) {
    try {
      PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, bytes, true, false);
      // by hand, because the block would do it in its first run, which may be two at once
      JniUtils.enableInferenceMode(block);
      return new TorchScriptNetwork(block);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          file + " is not a TorchScript module: " + NetworkModel.firstLine(e), e);
    }
  }

  @Override
  public NDList forward(NDManager manager, NDList inputs) {
    return IValueUtils.forward(block, inputs, false);
  }

  @Override
  public void close() {
    block.close();
  }
}
