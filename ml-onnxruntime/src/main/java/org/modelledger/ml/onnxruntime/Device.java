package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OrtProvider;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a model runs. */
record Device(Kind kind, int index) {
  static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern TEXT = Pattern
      .compile("(cpu|auto)|(?:(cuda|tensorrt)(?::([0-9]{1,4}))?)");

  /** What kinds there are. */
  enum Kind {
    CPU("cpu"), CUDA("cuda"), TENSORRT("tensorrt"),
    /** The first GPU if it can be used, otherwise the CPU. */
    AUTO("auto");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** @throws IllegalArgumentException if the text is none of the forms that {@link #toString} writes */
  static Device parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("device '" + text
          + "'; expected cpu, cuda, cuda:N, tensorrt, tensorrt:N or auto, with N from 0");
    }
    String gpu = matcher.group(2);
    if (gpu == null) {
      return text.equals("cpu") ? CPU : new Device(Kind.AUTO, 0);
    }
    String index = matcher.group(3);
    return new Device(gpu.equals("cuda") ? Kind.CUDA : Kind.TENSORRT,
        index == null ? 0 : Integer.parseInt(index));
  }

  /** Returns the execution providers that an operator is offered to, in this order; the CPU's comes last. */
  List<OrtProvider> providers() {
    return switch (kind) {
      case CPU, AUTO -> List.of();
      case CUDA -> List.of(OrtProvider.CUDA);
      case TENSORRT -> List.of(OrtProvider.TENSOR_RT, OrtProvider.CUDA);
    };
  }

  @Override
  public String toString() {
    return kind == Kind.CPU || kind == Kind.AUTO ? kind.word : kind.word + ":" + index;
  }
}
