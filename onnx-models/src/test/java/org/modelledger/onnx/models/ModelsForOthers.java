package org.modelledger.onnx.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.modelledger.model.ModelFiles;

/**
 * Writes the architectures for foreign readers: small ones whole, and the graphs of the full ones beside
 * weights of the right length that are all zeros and take no room on the disk.
 */
public final class ModelsForOthers {
  private ModelsForOthers() {}

  /** @param arguments the directory, which does not exist */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectory(Path.of(arguments[0]));
    for (Map.Entry<String, Architecture> one : small().entrySet()) {
      write(one.getValue(), directory.resolve("small-" + one.getKey()), true);
    }
    for (Map.Entry<String, Architecture> one : full().entrySet()) {
      write(one.getValue(), directory.resolve("full-" + one.getKey()), false);
    }
  }

  private static Map<String, Architecture> small() {
    Map<String, Architecture> all = new LinkedHashMap<>();
    all.put("resnet", new ResNet(List.of(1, 2), 4, 5, 32));
    for (Bert.Output output : Bert.Output.values()) {
      all.put("bert-" + output.name().toLowerCase(Locale.ROOT),
          new Bert(2, 2, 16, 32, 50, 16, 2, 1e-12f, output));
    }
    Gpt2 gpt2 = new Gpt2(2, 2, 16, 50, 16, true);
    all.put("gpt2", gpt2.withoutCache());
    all.put("gpt2-cache", gpt2);
    return all;
  }

  private static Map<String, Architecture> full() {
    Map<String, Architecture> all = new LinkedHashMap<>();
    all.put("resnet50", ResNet.resNet50());
    all.put("bert-base", Bert.base());
    all.put("minilm-l6", Bert.miniLmL6());
    all.put("gpt2", Gpt2.small().withoutCache());
    all.put("gpt2-cache", Gpt2.small());
    return all;
  }

  private static void write(Architecture architecture, Path directory, boolean withWeights)
      throws IOException {
    Files.createDirectory(directory);
    ModelFiles files = architecture.files(new SeededWeights(1));
    for (String name : files.names()) {
      Path file = directory.resolve(name);
      if (withWeights || name.equals(GraphBuilder.GRAPH_FILE)) {
        try (InputStream in = files.open(name)) {
          Files.copy(in, file);
        }
      } else {
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
          sparse.setLength(files.size(name));
        }
      }
    }
  }
}
