package org.modelledger.tables;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The names in the first record, and how many cells each later one has. */
final class CsvHeader {
  private final String file;
  private final List<String> names;

  private CsvHeader(String file, List<String> names) {
    this.file = file;
    this.names = names;
  }

  /** Reads the first record as names. */
  static CsvHeader named(String file, long line, List<String> cells) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < cells.size(); i++) {
      String name = cells.get(i);
      if (name.isEmpty()) {
        throw new TableException(
            file + ", line " + line + ": column " + (i + 1) + " of the header has no name");
      }
      if (!seen.add(name)) {
        throw new TableException(file + ", line " + line + ": two columns of the header are called "
            + CsvCells.shown(name));
      }
    }
    return new CsvHeader(file, List.copyOf(cells));
  }

  /** Gives names to the columns of a file without a header. */
  static CsvHeader numbered(String file, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      names.add("column" + i);
    }
    return new CsvHeader(file, names);
  }

  List<String> names() {
    return names;
  }

  void checkCount(long line, int cells) {
    if (cells != names.size()) {
      throw new TableException(
          file + ", line " + line + ": the record has " + cells + " cells; expected "
              + names.size() + ", one for each of " + names);
    }
  }
}
