package org.modelledger.ml.exact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stages of convolutions, then dense layers. While it learns, each block of a batch is normalized by its own
 * mean and variance ("ghost batch normalization": Hoffer, Hubara and Soudry, 2017), so that blocks need not
 * wait for one another; their running means are folded into the filters when the network is evaluated or
 * saved.
 *
 * <p>An image's channels are arrays that hold the images of a block one after the other.
 */
final class ConvolutionalNetwork<A> implements Trainable<A> {
  private static final double EPSILON = 1e-5;
  /** How far each block pulls the running means (Ioffe and Szegedy, 2015, as PyTorch has it). */
  private static final double MOMENTUM = 0.1;

  /** The numbers of all stages and layers, or as many others. */
  static final class Numbers<A> extends Parameters<A> {
    /** For each stage a row for each of its filters. */
    final List<A[]> filters = new ArrayList<>();
    final List<A> scales = new ArrayList<>();
    final List<A> shifts = new ArrayList<>();
    final Network.Layers<A> head;

    Numbers(Kernels<A> kernels, List<Stage> stages, Network.Layers<A> head) {
      this.head = head;
      for (Stage stage : stages) {
        A[] rows = kernels.matrix(stage.filters(), stage.products());
        filters.add(rows);
        for (A row : rows) {
          add(row, false);
        }
        scales.add(kernels.vector(stage.filters()));
        add(scales.getLast(), true);
        shifts.add(kernels.vector(stage.filters()));
        add(shifts.getLast(), true);
      }
      addAll(head);
    }
  }

  /** A stage with its normalization folded in. */
  static final class Folded<A> {
    final A[] filters;
    final A biases;

    Folded(A[] filters, A biases) {
      this.filters = filters;
      this.biases = biases;
    }
  }

  final Kernels<A> kernels;
  final List<Stage> stages;
  final Network<A> head;
  private final Numbers<A> numbers;
  private final List<A> means = new ArrayList<>();
  private final List<A> variances = new ArrayList<>();
  private final List<A> state = new ArrayList<>();
  /** The filters of every stage but the first, transposed; kept in step. */
  private final List<A[]> transposed = new ArrayList<>();
  /** Which stage and filter each vector of the parameters is, as far as it is one. */
  private final List<int[]> filterOf = new ArrayList<>();
  private final List<Folded<A>> folded = new ArrayList<>();
  /** For each block of a batch and each stage: the means of its filters, and then their variances. */
  private final double[][][] blockMoments;

  /** @param stages at least one, each for what the one before it makes */
  ConvolutionalNetwork(Kernels<A> kernels, List<Stage> stages, Network<A> head) {
    this.kernels = kernels;
    this.stages = List.copyOf(stages);
    this.head = head;
    this.numbers = new Numbers<>(kernels, stages, head.parameters);
    this.blockMoments = new double[TrainingRun.MAX_BLOCKS][stages.size()][];
    state.addAll(numbers.vectors);
    for (int s = 0; s < stages.size(); s++) {
      Stage stage = stages.get(s);
      means.add(kernels.vector(stage.filters()));
      variances.add(kernels.vector(stage.filters()));
      kernels.fill(variances.getLast(), 1);
      kernels.fill(numbers.scales.get(s), 1);
      transposed.add(kernels.matrix(s > 0 ? stage.products() : 0, stage.filters()));
      folded.add(new Folded<>(kernels.matrix(stage.filters(), stage.products()),
          kernels.vector(stage.filters())));
      for (int m = 0; m < stage.filters(); m++) {
        filterOf.add(new int[]{s, m});
      }
      // its scales and shifts
      filterOf.add(new int[]{0, 0});
      filterOf.add(new int[]{0, 0});
    }
    state.addAll(means);
    state.addAll(variances);
  }

  /** Draws filters uniformly from -b to b, b = √(6 / products) (He et al., 2015); the head has its own. */
  void initialize(Xoshiro256 random) {
    for (int s = 0; s < stages.size(); s++) {
      double bound = Math.sqrt(6.0 / stages.get(s).products());
      for (A row : numbers.filters.get(s)) {
        for (int k = 0; k < stages.get(s).products(); k++) {
          kernels.set(row, k, (2 * random.nextDouble() - 1) * bound);
        }
      }
    }
    for (int vector = 0; vector < filterOf.size(); vector++) {
      changed(vector);
    }
  }

  @Override
  public Kernels<A> kernels() {
    return kernels;
  }

  @Override
  public Parameters<A> parameters() {
    return numbers;
  }

  @Override
  public Parameters<A> zeros() {
    return new Numbers<>(kernels, stages, head.zeros());
  }

  @Override
  public List<A> state() {
    return state;
  }

  @Override
  public void changed(int vector) {
    if (vector >= filterOf.size()) {
      head.changed(vector - filterOf.size());
      return;
    }
    int stage = filterOf.get(vector)[0];
    if (stage > 0) {
      kernels.putColumn(numbers.vectors.get(vector), transposed.get(stage),
          filterOf.get(vector)[1]);
    }
  }

  @Override
  public void learned(int blocks) {
    for (int block = 0; block < blocks; block++) {
      for (int s = 0; s < stages.size(); s++) {
        int filters = stages.get(s).filters();
        for (int m = 0; m < filters; m++) {
          pull(means.get(s), m, blockMoments[block][s][m]);
          pull(variances.get(s), m, blockMoments[block][s][filters + m]);
        }
      }
    }
  }

  private void pull(A running, int m, double now) {
    kernels.set(running, m, kernels.get(running, m) * (1 - MOMENTUM) + now * MOMENTUM);
  }

  @Override
  public void freeze() {
    for (int s = 0; s < stages.size(); s++) {
      for (int m = 0; m < stages.get(s).filters(); m++) {
        double factor = kernels.get(numbers.scales.get(s), m)
            / Math.sqrt(kernels.get(variances.get(s), m) + EPSILON);
        kernels.affine(numbers.filters.get(s)[m], 0, factor, folded.get(s).filters[m]);
        kernels.set(folded.get(s).biases, m, kernels.get(numbers.shifts.get(s), m)
            - kernels.get(means.get(s), m) * factor);
      }
    }
  }

  /** Returns the stages as they were when the network was frozen. */
  List<Folded<A>> folded() {
    return List.copyOf(folded);
  }

  @Override
  public Pass<A> pass(int learnRows, int evaluateRows) {
    return new Work(learnRows, Math.max(learnRows, evaluateRows));
  }

  /** Room for one stage and so many images. */
  private final class Room {
    private final Stage stage;
    private final int count;
    private final A[] images;
    private final A[] columns;
    /** The sums of products; when learning, these standardized. */
    private final A[] sums;
    private final A[] activated;
    /** The gradients of what was activated, and then of the sums. */
    private final A[] deltas;
    private final A[] turned;
    private final A[] columnDeltas;
    private final A[] imageDeltas;
    private final double[] inverses;
    private final int[][] greatest;

    Room(Stage stage, int count) {
      this.stage = stage;
      this.count = count;
      int length = count * stage.area();
      images = kernels.matrix(stage.channels(), length);
      columns = kernels.matrix(stage.products(), length);
      turned = kernels.matrix(length, stage.products());
      sums = kernels.matrix(stage.filters(), length);
      activated = kernels.matrix(stage.filters(), length);
      deltas = kernels.matrix(stage.filters(), length);
      columnDeltas = kernels.matrix(stage.products(), length);
      imageDeltas = kernels.matrix(stage.channels(), length);
      inverses = new double[stage.filters()];
      greatest = new int[stage.filters()][count * stage.outArea()];
    }

    void multiply(A[] filters) {
      stage.unroll(kernels, images, count, columns);
      kernels.addProduct(filters, columns, sums, filters.length);
    }

    /** Activates and pools, into an array for each filter, image after image. */
    void pool(A[] into) {
      for (int m = 0; m < stage.filters(); m++) {
        kernels.unary(head.activation.operation(), activated[m], activated[m]);
        if (!stage.pools()) {
          System.arraycopy(activated[m], 0, into[m], 0, count * stage.area());
          continue;
        }
        for (int i = 0; i < greatest[m].length; i++) {
          int image = i / stage.outArea();
          int row = i / stage.outWidth() % stage.outHeight();
          int column = i % stage.outWidth();
          int at = (image * stage.height() + 2 * row) * stage.width() + 2 * column;
          greatest[m][i] = kernels.greatestOfFour(activated[m], at, stage.width());
          kernels.gather(activated[m], greatest[m][i], 1, into[m], i, 1);
        }
      }
    }

    void normalize(double[] moments, A scales, A shifts) {
      int length = count * stage.area();
      for (int m = 0; m < stage.filters(); m++) {
        double mean = kernels.sum(sums[m], 0) / length;
        double variance = kernels.squares(sums[m], mean) / length;
        inverses[m] = 1 / Math.sqrt(variance + EPSILON);
        moments[m] = mean;
        moments[stage.filters() + m] = length > 1 ? variance * length / (length - 1) : variance;
        kernels.affine(sums[m], mean, inverses[m], sums[m]);
        kernels.scale(sums[m], scales, shifts, m, activated[m]);
      }
    }

    /** From the gradients of what came out of the pool to those of the sums; adds those of its numbers. */
    void backward(A[] poolDeltas, A scales, A scaleGradients, A shiftGradients) {
      int length = count * stage.area();
      for (int m = 0; m < stage.filters(); m++) {
        if (stage.pools()) {
          kernels.fill(deltas[m], 0);
          for (int i = 0; i < greatest[m].length; i++) {
            kernels.gather(poolDeltas[m], i, 1, deltas[m], greatest[m][i], 1);
          }
        } else {
          System.arraycopy(poolDeltas[m], 0, deltas[m], 0, length);
        }
        head.activation.backward(kernels, activated[m], deltas[m]);
        double shift = kernels.sum(deltas[m], 0);
        double scale = kernels.dot(deltas[m], sums[m]);
        kernels.set(shiftGradients, m, kernels.get(shiftGradients, m) + shift);
        kernels.set(scaleGradients, m, kernels.get(scaleGradients, m) + scale);
        kernels.standardizeBackward(sums[m], shift / length, scale / length,
            kernels.get(scales, m) * inverses[m], deltas[m]);
      }
    }

    void backwardOfFilters(A[] filterGradients) {
      for (int k = 0; k < columns.length; k++) {
        kernels.putColumn(columns[k], turned, k);
      }
      kernels.addProduct(deltas, turned, filterGradients, deltas.length);
    }

    void backwardOfImages(A[] transposedFilters) {
      for (A column : columnDeltas) {
        kernels.fill(column, 0);
      }
      kernels.addProduct(transposedFilters, deltas, columnDeltas, columnDeltas.length);
      for (A image : imageDeltas) {
        kernels.fill(image, 0);
      }
      stage.roll(kernels, columnDeltas, count, imageDeltas);
    }
  }

  /** Memory of one thread. */
  private final class Work implements Pass<A> {
    private final int learnRows;
    private final Network<A>.Workspace dense;
    /** What goes into the head, a row for each image. */
    private final A[] flat;
    /** By how many images there are: batches and their last ones. */
    private final Map<Integer, List<Room>> rooms = new HashMap<>();

    Work(int learnRows, int rows) {
      this.learnRows = learnRows;
      this.dense = head.pass(rows, rows);
      this.flat = kernels.matrix(rows, head.widths[0]);
    }

    private List<Room> rooms(int count) {
      return rooms.computeIfAbsent(count, images -> {
        List<Room> all = new ArrayList<>();
        for (Stage stage : stages) {
          all.add(new Room(stage, images));
        }
        return all;
      });
    }

    @Override
    public A[] logits() {
      return dense.logits();
    }

    @Override
    public void evaluate(A[] x, int rows) {
      for (int from = 0; from < rows; from += learnRows) {
        int count = Math.min(learnRows, rows - from);
        List<Room> all = rooms(count);
        read(x, from, all.getFirst());
        for (int s = 0; s < all.size(); s++) {
          Room room = all.get(s);
          Folded<A> stage = folded.get(s);
          for (int m = 0; m < room.sums.length; m++) {
            kernels.fill(room.sums[m], kernels.get(stage.biases, m));
          }
          room.multiply(stage.filters);
          for (int m = 0; m < room.sums.length; m++) {
            System.arraycopy(room.sums[m], 0, room.activated[m], 0,
                count * room.stage.area());
          }
          pool(all, s, from);
        }
      }
      dense.evaluate(flat, rows);
    }

    @Override
    public void learn(A[] x, int rows, int block) {
      List<Room> all = rooms(rows);
      read(x, 0, all.getFirst());
      for (int s = 0; s < all.size(); s++) {
        Room room = all.get(s);
        for (A sum : room.sums) {
          kernels.fill(sum, 0);
        }
        room.multiply(numbers.filters.get(s));
        double[] moments = new double[2 * room.stage.filters()];
        room.normalize(moments, numbers.scales.get(s), numbers.shifts.get(s));
        blockMoments[block][s] = moments;
        pool(all, s, 0);
      }
      dense.learn(flat, rows, block);
    }

    private void read(A[] x, int from, Room first) {
      int area = first.stage.area();
      for (int r = 0; r < first.count; r++) {
        for (int c = 0; c < first.stage.channels(); c++) {
          System.arraycopy(x[from + r], c * area, first.images[c], r * area, area);
        }
      }
    }

    /** Pools into the next stage, or into rows of the head. */
    private void pool(List<Room> all, int s, int from) {
      Room room = all.get(s);
      if (s + 1 < all.size()) {
        room.pool(all.get(s + 1).images);
        return;
      }
      int area = room.stage.outArea();
      A[] pooled = kernels.matrix(room.stage.filters(), room.count * area);
      room.pool(pooled);
      for (int r = 0; r < room.count; r++) {
        for (int m = 0; m < pooled.length; m++) {
          System.arraycopy(pooled[m], r * area, flat[from + r], m * area, area);
        }
      }
    }

    @Override
    public void backward(A[] x, int rows, Parameters<A> gradient) {
      Numbers<A> sums = (Numbers<A>) gradient;
      dense.backward(flat, rows, sums.head);
      List<Room> all = rooms(rows);
      Stage last = all.getLast().stage;
      A[] deltas = kernels.matrix(last.filters(), rows * last.outArea());
      for (int r = 0; r < rows; r++) {
        for (int m = 0; m < deltas.length; m++) {
          System.arraycopy(dense.inputGradients()[r], m * last.outArea(), deltas[m],
              r * last.outArea(), last.outArea());
        }
      }
      for (int s = all.size() - 1; s >= 0; s--) {
        Room room = all.get(s);
        room.backward(deltas, numbers.scales.get(s), sums.scales.get(s), sums.shifts.get(s));
        room.backwardOfFilters(sums.filters.get(s));
        if (s > 0) {
          room.backwardOfImages(transposed.get(s));
          deltas = room.imageDeltas;
        }
      }
    }
  }
}
