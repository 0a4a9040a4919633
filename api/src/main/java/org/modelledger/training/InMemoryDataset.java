package org.modelledger.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

final class InMemoryDataset implements Dataset {
  private final Tensors tensors;
  private final List<TensorSpec> columns;
  private final long rows;
  private final List<DataSource> sources;

  InMemoryDataset(Tensors tensors, List<DataSource> sources) {
    this.tensors = tensors;
    this.sources = List.copyOf(sources);
    if (this.sources.isEmpty()) {
      throw new IllegalArgumentException("a dataset has at least one source");
    }
    if (tensors.names().isEmpty()) {
      throw new IllegalArgumentException("a dataset has at least one column");
    }
    List<TensorSpec> specs = new ArrayList<>();
    long common = -1;
    for (Map.Entry<String, Tensor> column : tensors.asMap().entrySet()) {
      Shape shape = column.getValue().shape();
      if (shape.rank() == 0 || column.getValue().dataType() == DataType.BYTES) {
        throw new IllegalArgumentException("column '" + column.getKey() + "' is "
            + column.getValue().dataType() + " " + shape
            + "; expected numbers with the rows as outermost dimension");
      }
      if (common >= 0 && shape.length(0) != common) {
        throw new IllegalArgumentException("column '" + column.getKey() + "' has "
            + shape.length(0) + " rows; the columns before it have " + common);
      }
      common = shape.length(0);
      long[] lengths = shape.lengths();
      specs.add(new TensorSpec(column.getKey(), column.getValue().dataType(),
          Shape.of(Arrays.copyOfRange(lengths, 1, lengths.length))));
    }
    this.rows = common;
    this.columns = List.copyOf(specs);
  }

  @Override
  public List<TensorSpec> columns() {
    return columns;
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public Tensors read(long from, int count) {
    if (count < 1) {
      throw new IndexOutOfBoundsException("at least 1 row is read, not " + count);
    }
    Objects.checkFromIndexSize(from, (long) count, rows);
    LinkedHashMap<String, Tensor> read = new LinkedHashMap<>();
    for (TensorSpec column : columns) {
      long rowBytes = column.shape().elements() * column.dataType().size();
      read.put(column.name(),
          Tensor.wrap(column.dataType(), column.shape().prepend(count),
              tensors.get(column.name())
                  .data()
                  .slice(Math.toIntExact(from * rowBytes),
                      Math.toIntExact(count * rowBytes))));
    }
    return Tensors.of(read);
  }

  @Override
  public List<DataSource> sources() {
    return sources;
  }

  @Override
  public String toString() {
    return "Dataset" + columns + " of " + rows + " rows";
  }
}
