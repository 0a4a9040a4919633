package org.modelledger.ml.onnxruntime;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;

/** A program that runs models over and over for some periods, until one leaves memory as it was, and prints how it and the threads grew in the last. */
final class LeakCheck {
  private LeakCheck() {}

  private record Use(long residentKb, long threads) {
    static Use now() throws IOException {
      return new Use(resident(), ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private static long resident() throws IOException {
      Path status = Path.of("/proc/self/status");
      if (!Files.exists(status)) {
        return 0;
      }
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      throw new IOException("no VmRSS in " + status);
    }
  }

  private interface Step {
    void run() throws InterruptedException;
  }

  public static void main(String[] args) throws Exception {
    int calls = Integer.parseInt(args[1]);
    try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(OnnxRuntimeOptions.defaults())) {
      switch (args[0]) {
        case "pinned" -> runs(engine, Graphs.files(Graphs.mlp(1, 16, 1024)), calls,
            tensor -> tensor);
        case "heap" -> runs(engine, Graphs.files(Graphs.mlp(1, 16, 1024)), calls,
            LeakCheck::onTheHeap);
        case "copied" -> runs(engine, copied(), calls, tensor -> tensor);
        case "failing" -> failing(engine, calls);
        case "loading" -> loading(engine, calls);
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }

  private static Tensor onTheHeap(Tensor tensor) {
    byte[] bytes = new byte[tensor.data().remaining()];
    tensor.data().get(bytes);
    return Tensor.wrap(DataType.FP32, tensor.shape(), ByteBuffer.wrap(bytes));
  }

  /** An output of 4 KiB of a type that is copied, and strings. */
  private static ModelFiles copied() {
    return Graphs.files(Graphs.builder("copied")
        .input(OnnxValue.of("x", OnnxDataType.FLOAT, Graphs.shape(-1, 16)))
        .output(OnnxValue.of("y", OnnxDataType.UINT32, Graphs.shape(64, -1, 16)))
        .initializer(OnnxTensor.ofFloats("many", new float[64], 64, 1, 1))
        .node(OnnxNode.of("Add", List.of("x", "many"), List.of("sum")))
        .node(OnnxNode.of("Abs", List.of("sum"), List.of("abs")))
        .node(OnnxNode.of("Cast", List.of("abs"), List.of("y"),
            new OnnxAttribute.IntValue("to",
                OnnxDataType.UINT32.number()))));
  }

  private static void runs(OnnxRuntimeEngine engine, ModelFiles files, int calls,
      UnaryOperator<Tensor> memory) throws Exception {
    try (OnnxRuntimeModel model = engine.load(files)) {
      Tensors inputs = Tensors.of("x",
          memory.apply(Tensor.of(Graphs.floats(new SplittableRandom(1), 16), 1, 16)));
      check(calls, () -> {
        Tensors unused = model.run(inputs);
      });
    }
  }

  private static void failing(OnnxRuntimeEngine engine, int calls) throws Exception {
    try (OnnxRuntimeModel model = engine.load(Graphs.files(Graphs.builder("gather")
        .input(OnnxValue.of("x", OnnxDataType.INT64, Graphs.shape(1)))
        .output(OnnxValue.of("y", OnnxDataType.FLOAT, Graphs.shape(1)))
        .initializer(OnnxTensor.ofFloats("table", new float[]{10, 20, 30}, 3))
        .node(OnnxNode.of("Gather", List.of("table", "x"), List.of("y")))))) {
      Tensors inputs = Tensors.of("x", Tensor.of(new long[]{7}, 1));
      check(calls, () -> {
        try {
          Tensors unexpected = model.run(inputs);
          throw new IllegalStateException("ran: " + unexpected);
        } catch (InferenceException expected) {
          // as it should
        }
      });
    }
  }

  private static void loading(OnnxRuntimeEngine engine, int calls) throws Exception {
    ModelFiles files = Graphs.files(Graphs.mlp(1, 16, 64, 1024));
    Tensors inputs = Tensors.of("x", Tensor.wrap(DataType.FP32, Shape.of(1, 16),
        ByteBuffer.allocate(64)));
    check(calls, () -> {
      try (OnnxRuntimeModel model = engine.load(files)) {
        Tensors unused = model.run(inputs);
      }
    });
  }

  @SuppressWarnings("SystemOut") // a program
  private static void check(int calls, Step step) throws Exception {
    for (int i = 0; i < calls / 5; i++) {
      step.run();
    }
    // what the compiler takes of the first calls comes once, a leak comes each time
    Use before = Use.now();
    Use after = before;
    for (int period = 0; period < 4; period++) {
      before = after;
      for (int i = 0; i < calls; i++) {
        step.run();
      }
      after = Use.now();
      if (after.residentKb - before.residentKb < LeakTest.MOST_KB) {
        break;
      }
    }
    System.out.println("residentKb=" + (after.residentKb - before.residentKb));
    System.out.println("threads=" + (after.threads - before.threads));
  }
}
