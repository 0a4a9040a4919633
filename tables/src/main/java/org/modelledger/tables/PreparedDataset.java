package org.modelledger.tables;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;

/** Rows of a table, prepared when they are read. */
final class PreparedDataset implements Dataset {
  private final Table table;
  private final Features features;
  private final Optional<Target> target;
  private final DataType type;
  private final int width;

  PreparedDataset(Table table, Features features, Optional<Target> target, DataType type) {
    this.table = table;
    this.features = features;
    this.target = target;
    this.type = type;
    this.width = features.width();
  }

  @Override
  public List<TensorSpec> columns() {
    List<TensorSpec> columns = new ArrayList<>();
    columns.add(new TensorSpec(Preparation.FEATURES, type, Shape.of(width)));
    target.ifPresent(
        predicted -> columns
            .add(new TensorSpec(Preparation.TARGET, predicted.dataType(), Shape.of())));
    return columns;
  }

  @Override
  public long rows() {
    return table.rows();
  }

  @Override
  public Tensors read(long from, int count) {
    if (count < 1) {
      throw new IndexOutOfBoundsException("at least 1 row is read, not " + count);
    }
    Objects.checkFromIndexSize(from, (long) count, table.rows());
    LinkedHashMap<String, Tensor> read = new LinkedHashMap<>();
    read.put(Preparation.FEATURES, features((int) from, count));
    target.ifPresent(
        predicted -> read.put(Preparation.TARGET, predicted.read(table, (int) from, count)));
    return Tensors.of(read);
  }

  private Tensor features(int from, int count) {
    int size = type.size();
    ByteBuffer data = ByteBuffer
        .allocateDirect(Math.multiplyExact(Math.multiplyExact(count, width), size))
        .order(ByteOrder.LITTLE_ENDIAN);
    Features.Matrix matrix = type == DataType.FP32
        ? (row, feature, value) -> data.putFloat((row * width + feature) * Float.BYTES,
            (float) value)
        : (row, feature, value) -> data.putDouble((row * width + feature) * Double.BYTES, value);
    features.compute(table, from, count, matrix);
    return Tensor.wrap(type, Shape.of(count, width), data);
  }

  @Override
  public List<DataSource> sources() {
    return table.sources();
  }

  @Override
  public String toString() {
    return "Dataset" + columns() + " of " + rows() + " rows";
  }
}
