package org.modelledger.ml.djl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.TensorSpec;
import org.modelledger.model.ModelFiles;

/**
 * Writes TorchScript modules as PyTorch reads them, without Python: an archive with the code as text, a pickle of the module's
 * attributes, and the numbers of its tensors (PyTorch, torch/csrc/jit/docs/serialization.md).
 */
final class TorchScripts {
  private final Map<String, Safetensors.Values> parameters = new LinkedHashMap<>();
  private final String arguments;
  private final String result;
  private final List<String> code;

  /**
   * @param arguments such as {@code x: Tensor}
   * @param result the type of what forward returns
   * @param code the lines of forward
   */
  TorchScripts(String arguments, String result, String... code) {
    this.arguments = arguments;
    this.result = result;
    this.code = List.of(code);
  }

  TorchScripts parameter(String name, float[] elements, long... shape) {
    parameters.put(name, Safetensors.Values.of(elements, shape));
    return this;
  }

  /** Returns a perceptron with 16 hidden units over 64 numbers, with ten logits. */
  static TorchScripts perceptron(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new TorchScripts("x: Tensor", "Tensor",
        "return torch.linear(torch.relu(torch.linear(x, self.w1, self.b1)), self.w2, self.b2)")
        .parameter("w1", numbers(random, 16 * 64, 0.2), 16, 64)
        .parameter("b1", numbers(random, 16, 0.1), 16)
        .parameter("w2", numbers(random, 10 * 16, 0.4), 10, 16)
        .parameter("b2", numbers(random, 10, 0.1), 10);
  }

  static ModelFiles files(TorchScripts module, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    return ModelFiles.of(Map.of("model.pt", module.bytes(), TorchScriptSignature.FILE,
        new TorchScriptSignature("test", inputs, outputs).toJson()));
  }

  static ModelFiles perceptronFiles(long seed) {
    return files(perceptron(seed),
        List.of(new TensorSpec("pixels", DataType.FP32, Shape.of(Shape.FREE, 64))),
        List.of(new TensorSpec("logits", DataType.FP32, Shape.of(Shape.FREE, 10))));
  }

  private static float[] numbers(SplittableRandom random, int count, double bound) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
    }
    return numbers;
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", pickle());
      put(zip, "code/__torch__.py", source().getBytes(StandardCharsets.UTF_8));
      int number = 0;
      for (Safetensors.Values values : parameters.values()) {
        ByteBuffer data = ByteBuffer.allocate(values.elements().length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values.elements());
        put(zip, "data/" + number++, data.array());
      }
      put(zip, "constants.pkl", new byte[]{(byte) 0x80, 2, ')', '.'});
      put(zip, "version", "3\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry("archive/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private String source() {
    String names = parameters.keySet()
        .stream()
        .map(name -> '"' + name + "\", ")
        .collect(Collectors.joining());
    StringBuilder source = new StringBuilder("class Net(Module):\n  __parameters__ = [" + names
        + "]\n  __buffers__ = []\n");
    parameters.keySet().forEach(name -> source.append("  ").append(name).append(" : Tensor\n"));
    source.append("  training : bool\n  def forward(self: __torch__.Net,\n    ")
        .append(arguments)
        .append(") -> ")
        .append(result)
        .append(":\n");
    code.forEach(line -> source.append("    ").append(line).append('\n'));
    return source.toString();
  }

  /** The pickle's opcodes are those of Python's pickletools. */
  private byte[] pickle() {
    Pickle pickle = new Pickle();
    pickle.raw(new byte[]{(byte) 0x80, 2}).global("__torch__", "Net").raw(')', 0x81, '}', '(');
    int number = 0;
    for (Map.Entry<String, Safetensors.Values> parameter : parameters.entrySet()) {
      List<Long> shape = parameter.getValue().shape();
      pickle.text(parameter.getKey()).global("torch._utils", "_rebuild_tensor_v2").raw('(', '(');
      pickle.text("storage")
          .global("torch", "FloatStorage")
          .text(Integer.toString(number++))
          .text("cpu")
          .number(parameter.getValue().elements().length)
          .raw('t', 'Q')
          .number(0);
      pickle.raw('(');
      shape.forEach(pickle::number);
      pickle.raw('t', '(');
      for (int i = 0; i < shape.size(); i++) {
        pickle.number(shape.subList(i + 1, shape.size()).stream().reduce(1L, (a, b) -> a * b));
      }
      pickle.raw('t', 0x88).global("collections", "OrderedDict").raw(')', 'R', 't', 'R');
    }
    pickle.text("training").raw(0x88, 'u', 'b', '.');
    return pickle.bytes.toByteArray();
  }

  private static final class Pickle {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Pickle raw(int... opcodes) {
      for (int opcode : opcodes) {
        bytes.write(opcode);
      }
      return this;
    }

    Pickle raw(byte[] content) {
      bytes.writeBytes(content);
      return this;
    }

    Pickle global(String module, String name) {
      return raw(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    Pickle text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      return raw('X').raw(little(utf8.length)).raw(utf8);
    }

    Pickle number(long number) {
      return raw('J').raw(little((int) number));
    }

    private static byte[] little(int number) {
      return ByteBuffer.allocate(Integer.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(number)
          .array();
    }
  }
}
