package org.modelledger.lineage;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.modelledger.model.Digest;
import org.modelledger.training.DataSource;

/**
 * What a data set is: docs/formats/dataset-statement.md.
 *
 * @param name what its keeper calls it
 * @param files its files by name and digest, at least one; for tensors, the digest of their canonical
 *     bytes, as a trainer's {@link DataSource} has it
 * @param rows how many rows all files have together, if it is known
 * @param columns its schema, as far as it is known
 * @param croissant what a Croissant description says of it, if there is one
 * @param time when this was stated
 */
public record DatasetStatement(String name, List<DataSource> files, OptionalLong rows,
    List<DataColumn> columns, Optional<Croissant> croissant, Instant time) implements Statement {
  /**
   * @throws IllegalArgumentException if the name is empty, there is no file, two have the same name, the
   *     number of rows is negative, or the Croissant description gives a file another digest
   */
  public DatasetStatement {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(croissant, "croissant");
    Objects.requireNonNull(time, "time");
    files = List.copyOf(files);
    columns = List.copyOf(columns);
    if (name.isEmpty() || files.isEmpty() || rows.orElse(0) < 0) {
      throw new IllegalArgumentException("a data set has a name, at least one file and no negative"
          + " number of rows: '" + name + "', " + files.size() + " files, " + rows);
    }
    Map<String, Digest> byName = new HashMap<>();
    for (DataSource file : files) {
      if (byName.put(file.name(), file.digest()) != null) {
        throw new IllegalArgumentException(
            "two files of the data set '" + name + "' are called '" + file.name() + "'");
      }
    }
    for (DataSource described : croissant.map(Croissant::files).orElse(List.of())) {
      Digest found = byName.getOrDefault(described.name(), described.digest());
      if (!found.equals(described.digest())) {
        throw new IllegalArgumentException("the file '" + described.name() + "' is " + found
            + "; its Croissant description says " + described.digest());
      }
    }
  }

  /** Begins a statement about a data set, stated at this time. */
  public static Builder builder(String name, Instant time) {
    return new Builder(name, time);
  }

  /** Collects what is known of a data set. Not for use by several threads at once. */
  public static final class Builder {
    private final String name;
    private final Instant time;
    private final List<DataSource> files = new ArrayList<>();
    private OptionalLong rows = OptionalLong.empty();
    private List<DataColumn> columns = List.of();
    private Optional<Croissant> croissant = Optional.empty();

    private Builder(String name, Instant time) {
      this.name = Objects.requireNonNull(name, "name");
      this.time = Objects.requireNonNull(time, "time");
    }

    /** Adds a file whose digest is known, or what a trainer says it has read. */
    public Builder file(DataSource file) {
      files.add(Objects.requireNonNull(file, "file"));
      return this;
    }

    /**
     * Adds a file by its own name, and computes its digest.
     *
     * @throws org.modelledger.model.StorageException if it cannot be read
     */
    public Builder file(Path file) {
      return file(DataSource.of(file));
    }

    /** Sets how many rows the files have together. */
    public Builder rows(long rows) {
      this.rows = OptionalLong.of(rows);
      return this;
    }

    /** Sets the schema; copied. Without it, the one of the Croissant description counts. */
    public Builder columns(List<DataColumn> columns) {
      this.columns = List.copyOf(columns);
      return this;
    }

    /** Sets its Croissant description. */
    public Builder croissant(Croissant description) {
      this.croissant = Optional.of(description);
      return this;
    }

    /**
     * Returns the statement; with a Croissant description and no files given, about the files that the
     * description has digests of.
     *
     * @throws IllegalArgumentException see {@link DatasetStatement}
     */
    public DatasetStatement build() {
      List<DataSource> named = files.isEmpty()
          ? croissant.map(Croissant::files).orElse(List.of())
          : files;
      List<DataColumn> schema = columns.isEmpty()
          ? croissant.map(Croissant::columns).orElse(List.of())
          : columns;
      return new DatasetStatement(name, named, rows, schema, croissant, time);
    }
  }
}
