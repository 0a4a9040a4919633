package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;

/**
 * A dataset of which one column, of images [channels, height, width] or [height, width], is shown as plain
 * rows of numbers. Columns of other shapes are shown as they are.
 */
record FlatRows(Dataset images, String column) implements Dataset {
  private static final int MIN_RANK = 2;
  private static final int MAX_RANK = 3;

  private static Shape flat(Shape shape, int batchRank) {
    long[] lengths = shape.lengths();
    int rank = lengths.length - batchRank;
    if (rank < MIN_RANK || rank > MAX_RANK || Arrays.stream(lengths).anyMatch(l -> l < 0)) {
      return shape;
    }
    long[] flat = Arrays.copyOf(lengths, batchRank + 1);
    flat[batchRank] = 1;
    for (int i = batchRank; i < lengths.length; i++) {
      flat[batchRank] = Math.multiplyExact(flat[batchRank], lengths[i]);
    }
    return Shape.of(flat);
  }

  @Override
  public List<TensorSpec> columns() {
    return images.columns()
        .stream()
        .map(spec -> spec.name().equals(column)
            ? new TensorSpec(spec.name(), spec.dataType(), flat(spec.shape(), 0))
            : spec)
        .toList();
  }

  @Override
  public long rows() {
    return images.rows();
  }

  @Override
  public Tensors read(long from, int count) {
    Map<String, Tensor> columns = new LinkedHashMap<>(images.read(from, count).asMap());
    columns.computeIfPresent(column,
        (name, rows) -> Tensor.wrap(rows.dataType(), flat(rows.shape(), 1), rows.data()));
    return Tensors.of(columns);
  }

  @Override
  public List<DataSource> sources() {
    return images.sources();
  }
}
