package org.modelledger.onnx;

import java.util.List;
import java.util.Objects;

/** A named constant that belongs to a node. */
public sealed interface OnnxAttribute {

  /** Returns the name, unique within the node. */
  String name();

  /** A float32. */
  record FloatValue(String name, float value) implements OnnxAttribute {
    public FloatValue {
      Objects.requireNonNull(name, "name");
    }
  }

  /** A 64-bit integer. */
  record IntValue(String name, long value) implements OnnxAttribute {
    public IntValue {
      Objects.requireNonNull(name, "name");
    }
  }

  /** A text, UTF-8 in the file. */
  record StringValue(String name, String value) implements OnnxAttribute {
    public StringValue {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(value, "value");
    }
  }

  /** A tensor. */
  record TensorValue(String name, OnnxTensor value) implements OnnxAttribute {
    public TensorValue {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(value, "value");
    }
  }

  /** Several float32. */
  record FloatList(String name, List<Float> values) implements OnnxAttribute {
    public FloatList {
      Objects.requireNonNull(name, "name");
      values = List.copyOf(values);
    }
  }

  /** Several 64-bit integers. */
  record IntList(String name, List<Long> values) implements OnnxAttribute {
    public IntList {
      Objects.requireNonNull(name, "name");
      values = List.copyOf(values);
    }
  }

  /** Several texts. */
  record StringList(String name, List<String> values) implements OnnxAttribute {
    public StringList {
      Objects.requireNonNull(name, "name");
      values = List.copyOf(values);
    }
  }

  /**
   * A kind of attribute that is kept in the file but not opened here, such as the body of a loop. It can
   * be read and written back, not built.
   *
   * @param kind as the specification calls it, such as {@code GRAPH}
   */
  record Opaque(String name, String kind) implements OnnxAttribute {
    public Opaque {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(kind, "kind");
    }
  }
}
