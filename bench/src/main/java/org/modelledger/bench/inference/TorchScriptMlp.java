package org.modelledger.bench.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a network as the TorchScript module that PyTorch would: an archive with the code as text, a pickle
 * of the module's attributes, and the numbers of its tensors (PyTorch,
 * torch/csrc/jit/docs/serialization.md).
 */
final class TorchScriptMlp {
  private final Mlp network;
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();

  private TorchScriptMlp(Mlp network) {
    this.network = network;
  }

  static byte[] write(Mlp network) throws IOException {
    return new TorchScriptMlp(network).write();
  }

  private byte[] write() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", pickle());
      put(zip, "code/__torch__.py", source().getBytes(StandardCharsets.UTF_8));
      for (int layer = 0; layer < network.layers(); layer++) {
        put(zip, "data/" + 2 * layer, little(network.weights(layer)));
        put(zip, "data/" + (2 * layer + 1), little(network.biases(layer)));
      }
      put(zip, "constants.pkl", new byte[]{(byte) 0x80, 2, ')', '.'});
      put(zip, "version", "3\n".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private String source() {
    StringBuilder names = new StringBuilder();
    StringBuilder types = new StringBuilder();
    String value = "x";
    for (int layer = 0; layer < network.layers(); layer++) {
      names.append("\"w").append(layer).append("\", \"b").append(layer).append("\", ");
      types.append("  w")
          .append(layer)
          .append(" : Tensor\n  b")
          .append(layer)
          .append(" : Tensor\n");
      // the weights have a row for each input, as in every other format here
      value = "torch.addmm(self.b" + layer + ", " + value + ", self.w" + layer + ")";
      value = layer + 1 < network.layers() ? "torch.relu(" + value + ")" : value;
    }
    return "class Net(Module):\n  __parameters__ = [" + names + "]\n  __buffers__ = []\n" + types
        + "  training : bool\n  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n"
        + "    return torch.softmax(" + value + ", 1)\n";
  }

  /** The letters are opcodes of Python's pickletools. */
  private byte[] pickle() {
    raw(0x80, 2).global("__torch__", "Net").raw(')', 0x81, '}', '(');
    for (int layer = 0; layer < network.layers(); layer++) {
      tensor("w" + layer, 2 * layer, network.from(layer), network.to(layer));
      tensor("b" + layer, 2 * layer + 1, network.to(layer));
    }
    return text("training").raw(0x88, 'u', 'b', '.').pickle.toByteArray();
  }

  private void tensor(String name, int storage, int... shape) {
    int elements = 1;
    for (int length : shape) {
      elements *= length;
    }
    text(name).global("torch._utils", "_rebuild_tensor_v2").raw('(', '(');
    text("storage").global("torch", "FloatStorage").text(Integer.toString(storage)).text("cpu");
    number(elements).raw('t', 'Q').number(0).raw('(');
    for (int length : shape) {
      number(length);
    }
    raw('t', '(');
    int stride = elements;
    for (int length : shape) {
      stride /= length;
      number(stride);
    }
    raw('t', 0x88).global("collections", "OrderedDict").raw(')', 'R', 't', 'R');
  }

  private TorchScriptMlp raw(int... opcodes) {
    for (int opcode : opcodes) {
      pickle.write(opcode);
    }
    return this;
  }

  private TorchScriptMlp global(String module, String name) {
    pickle.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  private TorchScriptMlp text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    pickle.write('X');
    pickle.writeBytes(little(utf8.length));
    pickle.writeBytes(utf8);
    return this;
  }

  private TorchScriptMlp number(int number) {
    pickle.write('J');
    pickle.writeBytes(little(number));
    return this;
  }

  private static byte[] little(int number) {
    return ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(number)
        .array();
  }

  private static byte[] little(float[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return bytes.array();
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
}
