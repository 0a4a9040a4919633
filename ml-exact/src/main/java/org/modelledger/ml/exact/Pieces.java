package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;

/** Bytes as files of a model, none longer than what fits into the code of one contract. */
final class Pieces {
  static final int PIECE_BYTES = 24544;
  private static final int MAX_PIECES = 10_000;
  static final long MAX_BYTES = (long) MAX_PIECES * PIECE_BYTES;

  /** What the names of the files begin with; four digits follow. */
  private final String prefix;

  Pieces(String prefix) {
    this.prefix = prefix;
  }

  /** Returns the names of a model's files that are such pieces, in order. */
  List<String> names(ModelFiles files) {
    return files.names().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  String file(int piece) {
    return prefix + String.format(Locale.ROOT, "%04d", piece);
  }

  /** Returns bytes in pieces. */
  static List<byte[]> of(byte[] bytes) {
    List<byte[]> pieces = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
      pieces.add(Arrays.copyOfRange(bytes, from, Math.min(from + PIECE_BYTES, bytes.length)));
    }
    return List.copyOf(pieces);
  }

  ModelFiles files(byte[] bytes) {
    Map<String, byte[]> content = new LinkedHashMap<>();
    List<byte[]> pieces = of(bytes);
    for (int piece = 0; piece < pieces.size(); piece++) {
      content.put(file(piece), pieces.get(piece));
    }
    return ModelFiles.of(content);
  }

  /**
   * Reads what the pieces are.
   *
   * @param read of all bytes
   * @throws ModelFormatException if there are none, one of them is missing or has another length than it
   *     should, or they cannot be read
   */
  <T> T read(ModelFiles files, Function<byte[], T> read) {
    List<String> names = names(files);
    if (names.isEmpty()) {
      throw new ModelFormatException(
          "the model has the files " + files.names() + "; expected " + file(0));
    }
    byte[] bytes = new byte[(int) Math.min(MAX_BYTES, (long) names.size() * PIECE_BYTES)];
    int length = 0;
    for (int piece = 0; piece < names.size(); piece++) {
      String name = names.get(piece);
      if (!name.equals(file(piece)) || piece >= MAX_PIECES) {
        throw new ModelFormatException(
            "the model has the file " + name + "; expected " + file(piece));
      }
      boolean last = piece == names.size() - 1;
      long size = files.size(name);
      if (size < 1 || size > PIECE_BYTES || !last && size != PIECE_BYTES) {
        throw new ModelFormatException(name + " has " + size + " bytes; expected "
            + (last ? "1 to " : "") + PIECE_BYTES);
      }
      byte[] content = files.read(name);
      System.arraycopy(content, 0, bytes, length, content.length);
      length += content.length;
    }
    try {
      return read.apply(Arrays.copyOf(bytes, length));
    } catch (ModelFormatException e) {
      throw new ModelFormatException(
          file(0) + (names.size() > 1 ? " to " + names.getLast() : "") + ": " + e.getMessage(), e);
    }
  }
}
