package org.modelledger.ml.exact;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.modelledger.inference.DataType;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/** Models that other libraries trained, with rows and what those libraries say of them. */
final class Elsewhere {
  static final List<String> TREES = List.of("sklearn-forest-iris", "sklearn-forest-cancer",
      "sklearn-histogram-cancer", "sklearn-forest-diabetes", "sklearn-boosted-diabetes",
      "sklearn-texts-boosted", "xgboost-cancer", "xgboost-iris", "xgboost-diabetes",
      "lightgbm-cancer", "lightgbm-iris", "lightgbm-diabetes", "lightgbm-categories");

  static final List<String> LINEAR = List.of("sklearn-logistic-cancer", "sklearn-softmax-iris",
      "sklearn-linear-diabetes", "sklearn-texts-logistic");

  static final String ZIP_MAP = "sklearn-forest-iris-zipmap";

  private Elsewhere() {}

  static List<String> all() {
    List<String> all = new ArrayList<>(TREES);
    all.addAll(LINEAR);
    all.add(ZIP_MAP);
    return all;
  }

  static byte[] bytes(String file) {
    try (InputStream in = Elsewhere.class.getResourceAsStream("elsewhere/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] model(String name) {
    return bytes(name + ".onnx");
  }

  /** A table by the names of its columns. */
  static Map<String, List<String>> table(String file) {
    List<String> lines = new String(bytes(file), StandardCharsets.UTF_8).lines().toList();
    String[] names = lines.getFirst().split(",", -1);
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (int c = 0; c < names.length; c++) {
      int column = c;
      columns.put(names[c],
          lines.stream().skip(1).map(line -> line.split(",", -1)[column]).toList());
    }
    return columns;
  }

  static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }

  static double number(Map<String, List<String>> table, String column, int row) {
    return number(Objects.requireNonNull(table.get(column), column).get(row));
  }

  static int rows(String name) {
    return table(name + ".csv").values().iterator().next().size();
  }

  /** Some rows, as the model takes them. */
  static Tensors inputs(String name, LoadedModel model, int from, int count) {
    return inputs(table(name + ".csv"), "in:", model, from, count);
  }

  static Tensors inputs(Map<String, List<String>> table, String prefix, LoadedModel model,
      int from, int count) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : model.inputs()) {
      List<List<String>> columns = model.inputs().size() > 1
          ? List.of(Objects.requireNonNull(table.get(prefix + spec.name())))
          : table.entrySet()
              .stream()
              .filter(e -> e.getKey().startsWith(prefix))
              .map(Map.Entry::getValue)
              .toList();
      List<String> cells = new ArrayList<>();
      for (int r = from; r < from + count; r++) {
        for (List<String> column : columns) {
          cells.add(column.get(r));
        }
      }
      if (spec.dataType() == DataType.BYTES) {
        tensors.put(spec.name(), Tensor.ofStrings(cells, count, columns.size()));
      } else {
        float[] elements = new float[cells.size()];
        for (int i = 0; i < elements.length; i++) {
          elements[i] = (float) number(cells.get(i));
        }
        tensors.put(spec.name(), Tensor.of(elements, count, columns.size()));
      }
    }
    return Tensors.of(tensors);
  }

  /** The labels that the library gave, or none. */
  static List<String> labels(String name) {
    return table(name + ".csv").getOrDefault("out:label", List.of());
  }

  /** The scores that the library gave, row by row. */
  static double[] scores(String name) {
    Map<String, List<String>> table = table(name + ".csv");
    List<List<String>> columns = table.entrySet()
        .stream()
        .filter(e -> e.getKey().startsWith("out:") && !e.getKey().equals("out:label"))
        .map(Map.Entry::getValue)
        .toList();
    double[] scores = new double[columns.size() * columns.getFirst().size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = number(columns.get(i % columns.size()).get(i / columns.size()));
    }
    return scores;
  }

  /** The labels among outputs, as text. */
  static List<String> labels(Tensors outputs) {
    for (Tensor tensor : outputs.asMap().values()) {
      if (tensor.dataType() == DataType.BYTES) {
        return tensor.toStrings();
      }
      if (tensor.dataType() == DataType.INT64) {
        return Arrays.stream(tensor.toLongs()).mapToObj(Long::toString).toList();
      }
    }
    return List.of();
  }

  /** The scores among outputs. */
  static Tensor scores(Tensors outputs) {
    return outputs.asMap()
        .values()
        .stream()
        .filter(tensor -> tensor.dataType() == DataType.FP32)
        .findFirst()
        .orElseThrow();
  }
}
