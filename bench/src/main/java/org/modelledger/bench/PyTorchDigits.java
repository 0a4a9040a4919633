package org.modelledger.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/**
 * The digits network in PyTorch, through DJL, on one thread. The batches are put together in Java and
 * nothing is measured or reported while it learns, so that nothing but the training takes time.
 */
final class PyTorchDigits implements Digits.Trained {
  private final Model model;

  private PyTorchDigits(Model model) {
    this.model = model;
  }

  /** Loads the library, offline and silent. More threads only make such small matrices slower. */
  static void start() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    try {
      var unused = Engine.getEngine("PyTorch");
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "PyTorch does not load; bench/pom.xml has its library for Linux on x86-64 only", e);
    }
  }

  static PyTorchDigits train(Digits digits, int epochs) {
    Engine.getEngine("PyTorch").setRandomSeed(Digits.SEED);
    Model model = Model.newInstance("digits", Device.cpu(), "PyTorch");
    SequentialBlock network = new SequentialBlock();
    for (int units : Digits.HIDDEN) {
      network.add(Linear.builder().setUnits(units).build()).add(Activation::relu);
    }
    model.setBlock(network.add(Linear.builder().setUnits(Digits.CLASSES).build()));
    Loss loss = Loss.softmaxCrossEntropyLoss();
    DefaultTrainingConfig config = new DefaultTrainingConfig(loss)
        .optDevices(new Device[]{Device.cpu()})
        .optOptimizer(Optimizer.adam()
            .optLearningRateTracker(Tracker.fixed(Digits.LEARNING_RATE))
            .build());
    try (Trainer trainer = model.newTrainer(config)) {
      trainer.initialize(new Shape(Digits.BATCH, Digits.PIXELS));
      digits.train(epochs,
          (order, from, rows) -> step(trainer, loss, digits, order, from, rows));
    }
    return new PyTorchDigits(model);
  }

  private static void step(Trainer trainer, Loss loss, Digits digits, int[] order, int from,
      int rows) {
    float[] pixels = new float[rows * Digits.PIXELS];
    float[] labels = new float[rows];
    digits.copy(order, from, rows, pixels, labels);
    try (NDManager manager = trainer.getManager().newSubManager();
        GradientCollector gradients = trainer.newGradientCollector()) {
      NDList output = trainer
          .forward(new NDList(manager.create(pixels, new Shape(rows, Digits.PIXELS))));
      output.attach(manager);
      NDArray error = loss.evaluate(new NDList(manager.create(labels)), output);
      gradients.backward(error);
      error.close();
    }
    trainer.step();
  }

  @Override
  public double accuracy(Digits digits) {
    int[] rows = digits.heldOut();
    float[] pixels = new float[rows.length * Digits.PIXELS];
    digits.copy(rows, 0, rows.length, pixels, new float[rows.length]);
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDArray input = manager.create(pixels, new Shape(rows.length, Digits.PIXELS));
      NDList output = model.getBlock()
          .forward(new ParameterStore(manager, false), new NDList(input), false);
      return digits.accuracy(output.head().toFloatArray(), rows);
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
