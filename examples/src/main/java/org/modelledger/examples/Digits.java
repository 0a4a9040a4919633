package org.modelledger.examples;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.training.DataSource;
import org.modelledger.training.Dataset;

/**
 * The UCI optical recognition of handwritten digits, as a table: 1,797 images of 8×8 pixels from 0 to
 * 16, and the digit each one shows. Source and licence stand beside the table.
 */
final class Digits {
  static final int PIXELS = 64;
  static final int CLASSES = 10;

  private static final String RESOURCE = "digits/digits.csv.gz";
  private static final int BRIGHTEST = 16;

  private final DataSource source;
  private final float[][] pixels;
  private final long[] labels;

  private Digits(DataSource source, float[][] pixels, long[] labels) {
    this.source = source;
    this.pixels = pixels;
    this.labels = labels;
  }

  /** Loads the table that comes with this jar. */
  static Digits load() {
    try (InputStream in = Digits.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new ModelFormatException("the table " + RESOURCE + " is missing from the jar");
      }
      byte[] packed = in.readAllBytes();
      try (InputStream csv = new GZIPInputStream(new ByteArrayInputStream(packed))) {
        return parse(new DataSource(RESOURCE, Digest.sha256(packed)), csv.readAllBytes());
      }
    } catch (IOException e) {
      throw new ModelFormatException("the table " + RESOURCE + " cannot be read", e);
    }
  }

  /**
   * Reads a table: 64 pixels and a digit a line, joined by commas.
   *
   * @throws ModelFormatException if it is anything else; names line and column
   */
  static Digits parse(DataSource source, byte[] csv) {
    List<float[]> pixels = new ArrayList<>();
    List<Long> labels = new ArrayList<>();
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(new ByteArrayInputStream(csv), StandardCharsets.US_ASCII))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String[] cells = line.split(",", -1);
        if (cells.length != PIXELS + 1) {
          throw new ModelFormatException("digits, line " + number + ": expected " + (PIXELS + 1)
              + " numbers, found " + cells.length);
        }
        float[] row = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
          row[i] = number(cells[i], BRIGHTEST, number, i);
        }
        pixels.add(row);
        labels.add((long) number(cells[PIXELS], CLASSES - 1, number, PIXELS));
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail to be read", e);
    }
    return new Digits(source, pixels.toArray(float[][]::new),
        labels.stream().mapToLong(Long::longValue).toArray());
  }

  int rows() {
    return labels.length;
  }

  /** The table's file and digest. */
  DataSource source() {
    return source;
  }

  /** Divides the rows by chance, but the same way for the same seed: the first part and the rest. */
  Digits[] split(double firstPart, long seed) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < rows(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    int cut = (int) (rows() * firstPart);
    return new Digits[]{select(order.subList(0, cut)), select(order.subList(cut, rows()))};
  }

  /**
   * The columns {@code pixels} (FP32 [64]) and {@code label} (INT64 []).
   *
   * @param part what to call these rows in the lineage, beside the table they are from
   */
  Dataset dataset(String part) {
    float[] all = new float[rows() * PIXELS];
    for (int i = 0; i < rows(); i++) {
      System.arraycopy(pixels[i], 0, all, i * PIXELS, PIXELS);
    }
    Tensors columns = Tensors.of("pixels", Tensor.of(all, rows(), PIXELS), "label",
        Tensor.of(labels, rows()));
    return Dataset.of(
        List.of(source, new DataSource(part, columns.canonicalDigest())), columns);
  }

  /** One image as a batch of one. */
  Tensors input(int row) {
    return Tensors.of("pixels", Tensor.of(pixels[row], 1, PIXELS));
  }

  long label(int row) {
    return labels[row];
  }

  /** The image in characters, eight lines of sixteen. */
  List<String> picture(int row) {
    String shades = " .:-=+*#%@";
    List<String> lines = new ArrayList<>();
    for (int y = 0; y < 8; y++) {
      StringBuilder line = new StringBuilder();
      for (int x = 0; x < 8; x++) {
        int shade = (int) (pixels[row][8 * y + x] / BRIGHTEST * (shades.length() - 1));
        line.append(shades.charAt(shade)).append(shades.charAt(shade));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private Digits select(List<Integer> rows) {
    float[][] chosen = rows.stream().map(i -> pixels[i]).toArray(float[][]::new);
    return new Digits(source, chosen, rows.stream().mapToLong(i -> labels[i]).toArray());
  }

  private static int number(String cell, int max, int line, int column) {
    int value;
    try {
      value = Integer.parseInt(cell);
    } catch (NumberFormatException e) {
      value = -1;
    }
    if (value < 0 || value > max) {
      throw new ModelFormatException("digits, line " + line + ", column " + (column + 1)
          + ": expected a whole number from 0 to " + max + ", found '" + cell + "'");
    }
    return value;
  }

  @Override
  public String toString() {
    return "Digits of " + rows() + " rows, " + Arrays.stream(labels).distinct().count()
        + " different digits";
  }
}
