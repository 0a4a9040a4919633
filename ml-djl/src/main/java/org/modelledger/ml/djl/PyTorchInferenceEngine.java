package org.modelledger.ml.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.TensorSpec;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;

/** Runs TorchScript modules and what the trainer makes. */
final class PyTorchInferenceEngine implements InferenceEngine {
  private static final String MODULE = ".pt";

  private final PyTorchRuntime runtime;
  private final Device device;
  private final PyTorchOptions options;
  private final Set<NetworkModel> models = new HashSet<>(); // guarded by itself
  private volatile boolean closed;

  PyTorchInferenceEngine(PyTorchRuntime runtime, Device device, PyTorchOptions options) {
    this.runtime = runtime;
    this.device = device;
    this.options = options;
  }

  @Override
  public EngineInfo info() {
    requireOpen();
    return runtime.info(device);
  }

  @Override
  public LoadedModel load(ModelFiles files) {
    requireOpen();
    runtime.enter();
    NetworkModel model = open(files);
    try {
      settle(model);
      synchronized (models) {
        requireOpen();
        models.removeIf(NetworkModel::isClosed);
        models.add(model);
      }
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
    return model;
  }

  private NetworkModel open(ModelFiles files) {
    List<String> modules = files.names().stream().filter(name -> name.endsWith(MODULE)).toList();
    boolean ours = files.names().contains(TrainedNetwork.ARCHITECTURE_FILE);
    if (modules.size() + (ours ? 1 : 0) != 1) {
      throw new ModelFormatException("the model has the files " + files.names()
          + "; expected exactly one *.pt with " + TorchScriptSignature.FILE + ", or "
          + TrainedNetwork.ARCHITECTURE_FILE + " with " + TrainedNetwork.PARAMETERS_FILE);
    }
    NDManager manager = runtime.newManager(device);
    try {
      return ours ? trained(files, manager) : torchScript(files, modules.getFirst(), manager);
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private NetworkModel torchScript(ModelFiles files, String module, NDManager manager) {
    if (!files.names().contains(TorchScriptSignature.FILE)) {
      throw new ModelFormatException("the model has the files " + files.names()
          + "; expected " + TorchScriptSignature.FILE
          + " beside " + module + ", which does not name its inputs and outputs itself");
    }
    TorchScriptSignature signature = TorchScriptSignature
        .parse(files.read(TorchScriptSignature.FILE));
    InputStream bytes = VerifiedFiles.inMemory(files, module);
    VerifiedFiles.readOthers(files, List.of(module, TorchScriptSignature.FILE));
    return model(signature.inputs(), signature.outputs(),
        TorchScriptNetwork.load(manager, bytes, module), manager);
  }

  private NetworkModel trained(ModelFiles files, NDManager manager) {
    TrainedNetwork network = TrainedNetwork.read(files);
    VerifiedFiles.readOthers(files,
        List.of(TrainedNetwork.ARCHITECTURE_FILE, TrainedNetwork.PARAMETERS_FILE));
    return model(network.inputs(), network.outputs(), network.open(manager), manager);
  }

  private NetworkModel model(List<TensorSpec> inputs, List<TensorSpec> outputs, Network network,
      NDManager manager) {
    return new NetworkModel(inputs, outputs, network, manager, runtime::enter);
  }

  private void settle(NetworkModel model) {
    if (!options.probes()) {
      model.settle(options.declared(), true);
      return;
    }
    Probe probe = Probe.of(model, model.inputs());
    model.settle(Objects.requireNonNullElse(probe.found(), options.declared()),
        !probe.keepsInputs());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  @Override
  public void close() {
    List<NetworkModel> open;
    synchronized (models) {
      closed = true;
      open = List.copyOf(models);
      models.clear();
    }
    open.forEach(NetworkModel::close);
  }
}
