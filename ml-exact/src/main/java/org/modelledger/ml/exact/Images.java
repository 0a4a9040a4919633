package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.Hyperparameters;

/**
 * What a convolutional network does with its rows.
 *
 * @param image channels, height and width of a row; none if the rows have them
 * @param filters of each stage
 * @param kernel the side of their windows, odd
 */
record Images(List<Integer> image, List<Integer> filters, int kernel) {
  private static final int MAX_SIDE = 1 << 12;
  private static final int MAX_WIDTH = 1 << 16;
  private static final int MAX_STAGES = 64;
  private static final int MAX_KERNEL = 15;
  private static final String EXAMPLE = "channels, height and width, such as 1,8,8";

  /** @throws ConfigurationException if a hyper-parameter is out of range */
  static Images of(Hyperparameters values) {
    List<Integer> image = values.wholes("image", "", 1, MAX_SIDE);
    if (values.has("image") && image.size() != 3) {
      throw Hyperparameters.wrong("image", values.text("image", ""), EXAMPLE);
    }
    List<Integer> filters = values.wholes("filters", "16,32", 1, MAX_WIDTH);
    if (filters.isEmpty() || filters.size() > MAX_STAGES) {
      throw Hyperparameters.wrong("filters", values.text("filters", ""),
          "1 to " + MAX_STAGES + " numbers joined by commas, such as 16,32");
    }
    int kernel = values.whole("kernel", 3, 1, MAX_KERNEL);
    if (kernel % 2 == 0) {
      throw Hyperparameters.wrong("kernel", values.text("kernel", ""), "an odd number");
    }
    return new Images(image, filters, kernel);
  }

  /**
   * Returns the stages for rows of some shape.
   *
   * @throws ConfigurationException if the shape is no image, or not this one
   */
  List<Stage> stages(long... row) {
    long elements = 1;
    List<Integer> own = new ArrayList<>(row.length == 2 ? List.of(1) : List.of());
    for (long length : row) {
      elements = Math.multiplyExact(elements, length);
      own.add((int) length);
    }
    List<Integer> sides = image.isEmpty() ? own : image;
    if (sides.size() != 3) {
      throw new ConfigurationException("rows have shape " + Arrays.toString(row)
          + "; expected channels, height and width, or the hyper-parameter 'image' with "
          + EXAMPLE);
    }
    long wanted = (long) sides.get(0) * sides.get(1) * sides.get(2);
    if (wanted != elements) {
      throw new ConfigurationException("hyper-parameter 'image' is " + sides
          + "; expected channels, height and width of the " + elements + " numbers of a row");
    }
    List<Stage> stages = new ArrayList<>();
    Stage stage = new Stage(sides.get(0), sides.get(1), sides.get(2), filters.getFirst(), kernel);
    stages.add(stage);
    for (int filter : filters.subList(1, filters.size())) {
      stage = new Stage(stage.filters(), stage.outHeight(), stage.outWidth(), filter, kernel);
      stages.add(stage);
    }
    return stages;
  }
}
