package org.modelledger.lineage;

import java.util.Objects;

/**
 * A column of a data set.
 *
 * @param name of the column
 * @param type in the words of whoever describes the data, such as {@code sc:Integer} or {@code FP32};
 *     empty if it is not known
 */
public record DataColumn(String name, String type) {
  /** @throws IllegalArgumentException if the name is empty */
  public DataColumn {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a column has a name");
    }
  }
}
