package org.modelledger.ml.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.translate.Translator;
import ai.djl.util.PairList;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/**
 * Between DJL and ModelLedger, in both directions: a user's {@code Translator} around a model of ours, attested or not, and a model that
 * DJL loaded, such as by {@code Criteria}, as a model of ours.
 */
public final class DjlModels {
  private DjlModels() {}

  /** What turns inputs into outputs, such as a loaded model, or an attested one that leaves receipts. */
  @FunctionalInterface
  public interface Function {
    /** Runs once; see {@link LoadedModel#run}. */
    Tensors run(Tensors inputs) throws InterruptedException;
  }

  /** How DJL gets a model from files that were verified. */
  @FunctionalInterface
  public interface Loader {
    /**
     * Loads a model.
     *
     * @param directory with the model's files under their names, for this call only: it is deleted afterwards
     * @return a model, such as a {@code ZooModel}, which the engine closes
     * @throws Exception if it cannot be loaded
     */
    Model load(Path directory) throws Exception;
  }

  /**
   * Returns DJL's predictor over a model of ours.
   *
   * @param model not closed by the predictor
   * @param translator whose lists are in the order of the model's inputs and outputs
   * @return a predictor that the caller closes
   */
  public static <I, O> Predictor<I, O> predictor(LoadedModel model, Translator<I, O> translator) {
    return predictor(model::run, model.inputs(), model.outputs(), translator);
  }

  /**
   * Returns DJL's predictor over whatever runs tensors, such as an attested model: {@code in -> attested.infer(in,
   * attributes).outputs()}. It batches, measures and translates as DJL does.
   *
   * @param inputs what the function takes, in the order of the translator's list
   * @param outputs what it yields, likewise
   * @return a predictor that the caller closes; a call that is interrupted fails with the flag set again
   */
  public static <I, O> Predictor<I, O> predictor(Function function, List<TensorSpec> inputs,
      List<TensorSpec> outputs, Translator<I, O> translator) {
    PyTorchRuntime.requireLoaded();
    Model model = Model.newInstance("modelledger", Device.cpu(), "PyTorch");
    model.setBlock(new FunctionBlock(Objects.requireNonNull(function, "function"),
        List.copyOf(inputs), List.copyOf(outputs)));
    return new Predictor<>(model, translator, Device.cpu(), false) {
      @Override
      public void close() {
        super.close();
        model.close();
      }
    };
  }

  /**
   * Returns a model of DJL, of any of its engines, as a model of ours.
   *
   * @param model on the processor; closed with what is returned
   * @param inputs in the order in which the model's block takes them
   * @param outputs in the order in which it yields them
   * @param declared how far its results repeat
   * @return a model that the caller closes
   */
  public static LoadedModel loadedModel(Model model, List<TensorSpec> inputs,
      List<TensorSpec> outputs, Determinism declared) {
    NetworkModel loaded = new NetworkModel(List.copyOf(inputs), List.copyOf(outputs),
        new BlockNetwork(model), model.getNDManager().newSubManager(), () -> {
        });
    loaded.settle(declared, true);
    return loaded;
  }

  /**
   * Returns an inference engine that lets DJL load: for a provider of one's own, whose models are then verified, deployed and attested
   * like others. The files are verified, put into a fresh directory that only this user may enter, loaded, and deleted. {@value
   * TorchScriptSignature#FILE} among them names inputs and outputs.
   *
   * @param info what computes, with the name of the provider
   * @param loader such as {@code directory -> Criteria.builder().…optModelPath(directory).build().loadModel()}
   * @param declared how far the results repeat
   * @return an engine that the caller closes
   */
  public static InferenceEngine engine(EngineInfo info, Loader loader, Determinism declared) {
    return new DjlEngine(info, loader, declared);
  }

  /** A model's block, which DJL's engines let many threads run. */
  private record BlockNetwork(Model model) implements Network {
    @Override
    public NDList forward(NDManager manager, NDList inputs) {
      NDList outputs = model.getBlock()
          .forward(new ParameterStore(manager, false), inputs, false);
      outputs.attach(manager);
      return outputs;
    }

    @Override
    public void close() {
      model.close();
    }
  }

  /** A function as DJL's block. */
  private static final class FunctionBlock extends AbstractBlock {
    private final Function function;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;

    FunctionBlock(Function function, List<TensorSpec> inputs, List<TensorSpec> outputs) {
      this.function = function;
      this.inputs = inputs;
      this.outputs = outputs;
    }

    @Override
    protected NDList forwardInternal(ParameterStore store, NDList arrays, boolean training,
        PairList<String, Object> params) {
      if (arrays.size() != inputs.size()) {
        throw new IllegalArgumentException(
            "the translator made " + arrays.size() + " arrays; the model takes " + inputs);
      }
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (int i = 0; i < inputs.size(); i++) {
        String name = inputs.get(i).name();
        tensors.put(name, NDTensors.read(arrays.get(i), "input '" + name + "'"));
      }
      Tensors results;
      try {
        results = function.run(Tensors.of(tensors));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InferenceException("interrupted while the model ran", e);
      }
      NDManager manager = arrays.head().getManager();
      NDList made = new NDList(outputs.size());
      for (TensorSpec spec : outputs) {
        NDArray array = NDTensors.create(manager, results.get(spec.name()), true);
        array.setName(spec.name());
        made.add(array);
      }
      return made;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      throw new UnsupportedOperationException("what comes out is only known when it ran");
    }
  }
}
