package org.modelledger.training;

import java.util.List;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/** Rows of named tensors to learn from. Safe for use by several threads. */
public interface Dataset {
  /** Returns the columns; each shape is that of one row, so {@code []} for a number. */
  List<TensorSpec> columns();

  /** Returns the number of rows, from 0. */
  long rows();

  /**
   * Reads consecutive rows of all columns.
   *
   * @param from the first row, counted from 0
   * @param count how many, from 1
   * @return one tensor for each column, with the rows as its outermost dimension
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws org.modelledger.model.StorageException if they cannot be read
   */
  Tensors read(long from, int count);

  /** Returns where the data came from; never empty. */
  List<DataSource> sources();

  /**
   * Returns a dataset that is held in memory.
   *
   * @param name what to call it in the lineage, beside the digest of the tensors' canonical bytes
   * @param columns one tensor each, all with the rows as their outermost dimension
   * @throws IllegalArgumentException if there is no column, one is a scalar or of type BYTES, or they
   *     differ in the number of rows
   */
  static Dataset of(String name, Tensors columns) {
    return new InMemoryDataset(columns,
        List.of(new DataSource(name, columns.canonicalDigest())));
  }

  /**
   * Returns a dataset that is held in memory and came from elsewhere.
   *
   * @param sources where from
   * @throws IllegalArgumentException as {@link #of(String, Tensors)}, and if there is no source
   */
  static Dataset of(List<DataSource> sources, Tensors columns) {
    return new InMemoryDataset(columns, sources);
  }
}
