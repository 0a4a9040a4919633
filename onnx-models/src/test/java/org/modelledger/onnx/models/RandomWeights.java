package org.modelledger.onnx.models;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Weights of which none is left as it begins, so that one that is mixed up shows. */
final class RandomWeights implements Weights {
  private final long seed;
  private final Map<String, float[]> byName = new HashMap<>();

  RandomWeights(long seed) {
    this.seed = seed;
  }

  @Override
  public InputStream open(Parameter parameter) {
    float[] elements = elements(parameter);
    ByteBuffer bytes = ByteBuffer.allocate(elements.length * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(elements);
    return new ByteArrayInputStream(bytes.array());
  }

  private float[] elements(Parameter parameter) {
    return byName.computeIfAbsent(parameter.name(), name -> {
      SplittableRandom random = new SplittableRandom(seed + name.hashCode());
      float[] elements = new float[(int) parameter.elements()];
      for (int i = 0; i < elements.length; i++) {
        float element = (float) (random.nextDouble() - 0.5);
        elements[i] = name.endsWith("running_var") ? element + 1 : element;
      }
      return elements;
    });
  }

  /** The elements of a parameter that was asked for before. */
  double[] get(String name) {
    float[] elements = byName.get(name);
    if (elements == null) {
      throw new AssertionError("no parameter " + name + " among " + byName.keySet());
    }
    double[] doubles = new double[elements.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = elements[i];
    }
    return doubles;
  }

  /** Its rows, for one with this many columns. */
  double[][] rows(String name, int columns) {
    double[] elements = get(name);
    double[][] rows = new double[elements.length / columns][columns];
    for (int i = 0; i < elements.length; i++) {
      rows[i / columns][i % columns] = elements[i];
    }
    return rows;
  }
}
