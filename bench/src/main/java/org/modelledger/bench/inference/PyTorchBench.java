package org.modelledger.bench.inference;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.ml.djl.TorchScriptSignature;
import org.modelledger.model.ModelFiles;
import org.modelledger.spi.Providers;

/** PyTorch; bare is a TorchScript module by DJL's own interface, without its predictor. */
final class PyTorchBench implements BenchEngine {
  private static final String FILE = "model.pt";

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public ModelFiles files(BenchModel model) throws IOException {
    Mlp network = (Mlp) model;
    TorchScriptSignature signature = new TorchScriptSignature(network.name(),
        List.of(new TensorSpec(Mlp.INPUT, org.modelledger.inference.DataType.FP32,
            org.modelledger.inference.Shape.of(org.modelledger.inference.Shape.FREE,
                network.features()))),
        List.of(new TensorSpec(Mlp.OUTPUT, org.modelledger.inference.DataType.FP32,
            org.modelledger.inference.Shape.of(org.modelledger.inference.Shape.FREE,
                Mlp.CLASSES))));
    return ModelFiles.of(Map.of(FILE, TorchScriptMlp.write(network), TorchScriptSignature.FILE,
        signature.toJson()));
  }

  @Override
  public BareModel bare(BenchModel model, ModelFiles files, String device, int threads,
      Tensors inputs) throws Exception {
    // offline, silent and with as many threads as ours: all of that is the process's, once an engine was opened
    Providers
        .openInferenceEngine(name(), options(device, threads), PyTorchBench.class.getClassLoader())
        .close();
    return new Module(files.read(FILE),
        device.startsWith("cuda") ? Device.gpu(BenchEngine.gpu(device)) : Device.cpu(),
        inputs.get(Mlp.INPUT));
  }

  private static final class Module implements BareModel {
    private final Model model;
    private final Tensor inputs;
    private final Shape shape;

    Module(byte[] bytes, Device device, Tensor inputs) throws Exception {
      model = Model.newInstance("bare", device, "PyTorch");
      model.load(new ByteArrayInputStream(bytes));
      this.inputs = inputs;
      shape = new Shape(inputs.shape().lengths());
      // the first run settles that no gradients are kept; two threads must not both be the first
      var unused = run();
    }

    @Override
    public float[] run() {
      try (NDManager manager = model.getNDManager().newSubManager()) {
        NDArray input = manager.create(inputs.data(), shape, DataType.FLOAT32);
        NDList outputs = model.getBlock()
            .forward(new ParameterStore(manager, false), new NDList(input), false);
        outputs.attach(manager);
        return outputs.head().toFloatArray();
      }
    }

    @Override
    public float[] scores() {
      return run();
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
