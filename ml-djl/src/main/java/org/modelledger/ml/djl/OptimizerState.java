package org.modelledger.ml.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.model.ModelFormatException;

/**
 * Turns gradients into steps, by the functions of PyTorch that DJL's optimizers use. It is here because those do not give away
 * their moments, without which a training that is resumed is another one.
 */
final class OptimizerState {
  private static final float NO_RESCALING = 1;
  private static final float NO_CLIPPING = -1;
  private static final String FIRST = "first/";
  private static final String SECOND = "second/";

  private final Settings.Optimizer optimizer;
  private final double weightDecay;
  private final SortedMap<String, NDArray> moments = new TreeMap<>();

  OptimizerState(Settings settings, Trainable network, NDManager manager) {
    this.optimizer = settings.optimizer();
    this.weightDecay = settings.weightDecay();
    network.weights().forEach((name, weight) -> {
      moments.put(FIRST + name, manager.zeros(weight.getShape()));
      if (optimizer instanceof Settings.Optimizer.Adam) {
        moments.put(SECOND + name, manager.zeros(weight.getShape()));
      }
    });
  }

  /**
   * Takes a step, and forgets the gradients.
   *
   * @param step from 1
   */
  void step(Trainable network, double rate, long step) {
    for (Map.Entry<String, NDArray> entry : network.weights().entrySet()) {
      PtNDArray weight = (PtNDArray) entry.getValue();
      float decay = network.decays(entry.getKey()) ? (float) weightDecay : 0;
      try (PtNDArray gradient = weight.getGradient()) {
        switch (optimizer) {
          case Settings.Optimizer.Sgd(double momentum) -> JniUtils.sgdUpdate(weight, gradient,
              moment(FIRST, entry.getKey()), (float) rate, decay, NO_RESCALING, NO_CLIPPING,
              (float) momentum);
          case Settings.Optimizer.Adam adam -> {
            double corrected = rate * Math.sqrt(1 - StrictMath.pow(adam.beta2(), (double) step))
                / (1 - StrictMath.pow(adam.beta1(), (double) step));
            JniUtils.adamUpdate(weight, gradient, moment(FIRST, entry.getKey()),
                moment(SECOND, entry.getKey()), (float) rate, (float) corrected, decay,
                NO_RESCALING, NO_CLIPPING, (float) adam.beta1(), (float) adam.beta2(),
                (float) adam.epsilon(), adam.decoupled());
          }
        }
      }
      JniUtils.zeroGrad(weight);
    }
  }

  private PtNDArray moment(String kind, String name) {
    NDArray moment = moments.get(kind + name);
    if (moment == null) {
      throw new IllegalStateException("no moment of " + name);
    }
    return (PtNDArray) moment;
  }

  byte[] save() {
    SortedMap<String, Safetensors.Values> values = new TreeMap<>();
    moments.forEach((name, moment) -> values.put(name,
        Safetensors.Values.of(moment.toFloatArray(), moment.getShape().getShape())));
    return Safetensors.write(values);
  }

  void load(byte[] saved) {
    SortedMap<String, Safetensors.Values> values = Safetensors.read(saved, "a checkpoint");
    moments.forEach((name, moment) -> {
      Safetensors.Values tensor = values.get(name);
      if (tensor == null || tensor.elements().length != moment.size()) {
        throw new ModelFormatException("a checkpoint has no moments '" + name + "'");
      }
      NDTensors.overwrite(moment, tensor.elements());
    });
  }
}
