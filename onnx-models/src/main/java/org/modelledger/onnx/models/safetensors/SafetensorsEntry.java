package org.modelledger.onnx.models.safetensors;

import java.util.List;

/**
 * Where a tensor lies in a file.
 *
 * @param name unique in the file
 * @param type of its elements
 * @param shape outermost dimension first; empty for a scalar
 * @param offset of its first byte in the file
 * @param byteCount how many bytes it takes, exactly as its type and shape ask for
 */
public record SafetensorsEntry(String name, SafetensorsType type, List<Long> shape, long offset,
    long byteCount) {
  public SafetensorsEntry {
    shape = List.copyOf(shape);
  }
}
