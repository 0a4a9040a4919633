package org.modelledger.ml.djl;

import ai.djl.Model;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.StorageException;

/** Lets DJL load what was verified. */
final class DjlEngine implements InferenceEngine {
  private final EngineInfo info;
  private final DjlModels.Loader loader;
  private final Determinism declared;
  private final List<LoadedModel> models = new ArrayList<>(); // guarded by itself
  private volatile boolean closed;

  DjlEngine(EngineInfo info, DjlModels.Loader loader, Determinism declared) {
    this.info = info;
    this.loader = loader;
    this.declared = declared;
  }

  @Override
  public EngineInfo info() {
    requireOpen();
    return info;
  }

  @Override
  public LoadedModel load(ModelFiles files) {
    requireOpen();
    if (!files.names().contains(TorchScriptSignature.FILE)) {
      throw new ModelFormatException("the model has the files " + files.names() + "; expected "
          + TorchScriptSignature.FILE + ", which names inputs and outputs");
    }
    TorchScriptSignature signature = TorchScriptSignature
        .parse(files.read(TorchScriptSignature.FILE));
    LoadedModel model = DjlModels.loadedModel(open(files), signature.inputs(),
        signature.outputs(), declared);
    synchronized (models) {
      if (!closed) {
        models.add(model);
        return model;
      }
    }
    model.close();
    throw new IllegalStateException("the engine is closed");
  }

  private Model open(ModelFiles files) {
    try (PrivateDirectory directory = new PrivateDirectory()) {
      for (String name : files.names()) {
        try (InputStream in = files.open(name)) {
          directory.write(name, in);
        }
      }
      return load(directory);
    } catch (IOException e) {
      throw new StorageException("cannot put the model where DJL reads it: " + e.getMessage(), e);
    }
  }

  private Model load(PrivateDirectory directory) {
    try {
      return loader.load(directory.path());
    } catch (ModelLedgerException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelFormatException("interrupted while DJL loaded the model", e);
    } catch (Exception e) {
      throw new ModelFormatException("DJL does not load the model: " + NetworkModel.firstLine(e),
          e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  @Override
  public void close() {
    List<LoadedModel> open;
    synchronized (models) {
      closed = true;
      open = List.copyOf(models);
      models.clear();
    }
    open.forEach(LoadedModel::close);
  }
}
