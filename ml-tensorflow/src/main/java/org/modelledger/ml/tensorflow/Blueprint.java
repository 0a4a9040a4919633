package org.modelledger.ml.tensorflow;

import java.util.List;
import org.modelledger.inference.Shape;
import org.modelledger.spi.ConfigurationException;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * All that the graphs of one training have in common.
 *
 * @param row the shape of a row
 * @param image height, width and channels of a row; empty for algorithms that do not look at images
 */
record Blueprint(Settings.Algorithm algorithm, Preparation preparation, Shape row,
    List<Integer> image, int classes) {

  static Blueprint of(Settings settings, Table table, int classes) {
    List<Integer> image = switch (settings.algorithm()) {
      case Settings.Algorithm.Softmax softmax -> List.of();
      case Settings.Algorithm.Mlp mlp -> List.of();
      case Settings.Algorithm.Cnn cnn -> image(cnn.image(), table.shape);
      case Settings.Algorithm.ResNet net -> image(net.image(), table.shape);
    };
    return new Blueprint(settings.algorithm(), Preparation.of(settings, table), table.shape, image,
        classes);
  }

  private static List<Integer> image(List<Integer> asked, Shape row) {
    List<Integer> image = asked;
    if (image.isEmpty() && (row.rank() == 2 || row.rank() == 3)) {
      image = List.of((int) row.length(0), (int) row.length(1),
          row.rank() == 3 ? (int) row.length(2) : 1);
    }
    long numbers = image.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (image.isEmpty() || numbers != row.elements()) {
      throw new ConfigurationException("hyper-parameter 'image' is '"
          + String.join(",", image.stream().map(String::valueOf).toList())
          + "'; expected height, width and channels of rows of shape " + row
          + ", such as 8,8,1, or nothing where rows have the shape [height, width] or [height, width, channels]");
    }
    return image;
  }

  int width() {
    return (int) row.elements();
  }

  /** Adds everything from rows to logits to a graph. */
  Network network(Ops tf, Operand<TFloat32> rows) {
    return Network.of(tf, preparation.apply(tf, rows), algorithm, image, width(), classes);
  }
}
