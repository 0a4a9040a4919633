package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

/**
 * The contract of {@link org.modelledger.training.Trainer} as tests: each sentence of its Javadoc and
 * of {@link org.modelledger.training.TrainingListener}'s.
 *
 * <p>A trainer's tests extend this class and supply {@link #newTrainer()}, a quick {@link #spec()},
 * {@link #data()} that fits it, and {@link #newEngine()} that runs what comes of it.
 */
@DisplayName("Trainer")
public abstract class TrainerTck extends TrainerRules {
  @Nested
  @DisplayName("A trainer")
  class About {
    @Test
    @DisplayName("says what computes and how far its files repeat, always the same")
    void saysWhatComputes() throws Exception {
      EngineInfo info = trainer().info();
      Determinism determinism = trainer().determinism();

      assertThat(info.name()).isNotBlank();
      assertThat(info.version()).isNotBlank();
      assertThat(another().info()).isEqualTo(info);
      assertThat(another().determinism()).isEqualTo(determinism);
      assertThat(Determinism.parse(determinism.word())).isEqualTo(determinism);
    }

    @Test
    @DisplayName("that is closed throws IllegalStateException, and closes again without harm")
    void closes() throws Exception {
      Trainer trainer = another();
      Dataset data = data();

      trainer.close();
      trainer.close();

      assertThatIllegalStateException().isThrownBy(trainer::info);
      assertThatIllegalStateException().isThrownBy(trainer::determinism);
      assertThatIllegalStateException()
          .isThrownBy(() -> trainer.train(spec(), data, TrainingListener.NONE));
      train();
    }
  }

  @Nested
  @DisplayName("Training")
  class Train {
    @Test
    @DisplayName("makes files that an engine loads and runs on the features")
    void makesFilesThatRun() throws Exception {
      TrainedModel trained = train();

      try (LoadedModel model = openEngine().load(trained.files())) {
        assertThat(model.inputs()).hasSize(1);
        TensorSpec input = model.inputs().get(0);
        Tensors outputs = model.run(
            Tensors.of(input.name(), data().read(0, 3).get(spec().features())));
        outputs.check(model.outputs());
      }
    }

    @Test
    @DisplayName("fills in the facts: what made it, what was asked, from what, when")
    void fillsInTheFacts() throws Exception {
      TrainedModel trained = train();

      assertThat(trained.facts().trainer()).isEqualTo(trainer().info());
      assertThat(trained.facts().spec()).contains(spec());
      assertThat(trained.facts().data()).containsAll(data().sources());
      assertThat(trained.facts().finished()).isAfterOrEqualTo(trained.facts().started());
    }

    @Test
    @DisplayName("measures finite numbers, the loss among them")
    void measures() throws Exception {
      assertThat(train().metrics()).containsKey("train.loss")
          .allSatisfy((name, value) -> assertThat(value).as(name).isFinite());
    }

    @Test
    @DisplayName("measures by the validation set")
    void measuresByTheValidationSet() throws Exception {
      Dataset validation = Dataset.of("the validation set", data().read(0, 4));

      TrainedModel trained = trainer().train(spec(), data(), Optional.of(validation),
          TrainingListener.NONE);

      assertThat(trained.metrics()).containsKeys("train.loss", "validation.loss");
    }

    @Test
    @DisplayName("repeats as far as it is declared: again, and by another trainer")
    void repeats() throws Exception {
      TrainedModel expected = train();
      if (repeatsBits()) {
        for (Trainer trainer : List.of(trainer(), another())) {
          TrainedModel actual = trainer.train(spec(), data(), TrainingListener.NONE);
          assertThat(contents(actual)).isEqualTo(contents(expected));
          assertThat(actual.metrics()).isEqualTo(expected.metrics());
        }
      } else {
        assertThat(train().files().names()).isEqualTo(expected.files().names());
      }
    }

    private boolean repeatsBits() {
      return switch (trainer().determinism()) {
        case Determinism.BitExact exact -> true;
        case Determinism.Probed probed -> true;
        case Determinism.Tolerance tolerance -> false;
        case Determinism.None none -> false;
      };
    }

    @Test
    @DisplayName("with another seed makes another model, if the algorithm uses it")
    void dependsOnTheSeed() throws Exception {
      TrainedModel first = train();

      TrainedModel other = trainer().train(
          specOf(spec().algorithm(), Map.of(), spec().seed() + 1), data(), TrainingListener.NONE);

      if (usesTheSeed()) {
        assertThat(contents(other)).isNotEqualTo(contents(first));
      } else if (repeatsBits()) {
        assertThat(contents(other)).isEqualTo(contents(first));
      }
    }

    @Test
    @DisplayName("does not retain its data: their memory may be used for something else")
    void doesNotRetainItsData() throws Exception {
      List<ByteBuffer> memory = new ArrayList<>();
      Map<String, Tensor> columns = new LinkedHashMap<>();
      columns(data()).forEach((name, tensor) -> {
        ByteBuffer bytes = EngineRules.onTheHeap(tensor.data());
        memory.add(bytes);
        columns.put(name, Tensor.wrap(tensor.dataType(), tensor.shape(), bytes));
      });
      TrainedModel trained = trainer().train(spec(), dataset(columns), TrainingListener.NONE);
      Map<String, Digest> before = contents(trained);

      for (ByteBuffer bytes : memory) {
        for (int i = 0; i < bytes.limit(); i++) {
          bytes.put(i, (byte) 0);
        }
      }

      assertThat(contents(trained)).isEqualTo(before);
    }

    @Test
    @DisplayName("is for several threads at once")
    void isForSeveralThreads() throws Exception {
      TrainedModel expected = train();
      Dataset data = data();
      CountDownLatch start = new CountDownLatch(1);
      try (ExecutorService threads = Executors.newFixedThreadPool(threads())) {
        List<Future<TrainedModel>> futures = new ArrayList<>();
        for (int i = 0; i < threads(); i++) {
          futures.add(threads.submit(() -> {
            start.await();
            return trainer().train(spec(), data, TrainingListener.NONE);
          }));
        }
        start.countDown();
        for (Future<TrainedModel> future : futures) {
          TrainedModel actual = future.get();
          assertThat(actual.files().names()).isEqualTo(expected.files().names());
          if (repeatsBits()) {
            assertThat(contents(actual)).isEqualTo(contents(expected));
          }
        }
      }
    }

    @Test
    @DisplayName("is cancelled by an interrupt before it begins")
    void isCancelledBeforeItBegins() throws Exception {
      Dataset data = data();
      Thread.currentThread().interrupt();

      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> trainer().train(spec(), data, TrainingListener.NONE));
      assertThat(Thread.interrupted()).isFalse();
      train();
    }

    @Test
    @DisplayName("is cancelled by an interrupt while it goes on")
    void isCancelledWhileItGoesOn() throws Exception {
      Dataset data = data();
      List<Object> told = new ArrayList<>();
      TrainingListener listener = new TrainingListener() {
        @Override
        public void onBatch(BatchReport report) {
          told.add(report);
          Thread.currentThread().interrupt();
        }
      };

      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> trainer().train(spec(), data, listener));
      assertThat(Thread.interrupted()).isFalse();
      assertThat(told).isNotEmpty();
      train();
    }
  }

  @Nested
  @DisplayName("The listener")
  class Listener {
    @Test
    @DisplayName("is told of every batch and epoch, in order, on the caller's thread")
    void isToldInOrder() throws Exception {
      Recorder recorder = new Recorder();

      trainer().train(spec(), data(), recorder);

      assertThat(recorder.threads).containsOnly(Thread.currentThread());
      assertThat(recorder.reports).isNotEmpty();
      int epoch = 1;
      int batch = 0;
      for (Object report : recorder.reports) {
        if (report instanceof TrainingListener.BatchReport b) {
          assertThat(b.epoch()).isEqualTo(epoch);
          assertThat(b.batch()).isEqualTo(++batch);
          assertThat(b.batches()).isGreaterThanOrEqualTo(batch);
          assertThat(b.epochs()).isGreaterThanOrEqualTo(epoch);
          assertThat(b.loss()).isFinite();
        } else if (report instanceof TrainingListener.EpochReport e) {
          assertThat(e.epoch()).isEqualTo(epoch);
          assertThat(e.epochs()).isGreaterThanOrEqualTo(epoch);
          assertThat(recorder.batchesOf(epoch)).isEqualTo(batch).isPositive();
          epoch++;
          batch = 0;
        }
      }
      assertThat(batch).as("batches after the last epoch").isZero();
      assertThat(epoch).as("epochs told of").isGreaterThan(1);
    }

    @Test
    @DisplayName("is told metrics by the names that the model has, finite ones")
    void isToldMetrics() throws Exception {
      Recorder recorder = new Recorder();

      TrainedModel trained = trainer().train(spec(), data(), recorder);

      List<TrainingListener.EpochReport> epochs = recorder.reports.stream()
          .filter(TrainingListener.EpochReport.class::isInstance)
          .map(TrainingListener.EpochReport.class::cast)
          .toList();
      assertThat(epochs).isNotEmpty()
          .allSatisfy(epoch -> assertThat(epoch.metrics()).isNotEmpty()
              .allSatisfy((name, value) -> {
                assertThat(trained.metrics()).containsKey(name);
                assertThat(value).as(name).isFinite();
              }));
    }

    @Test
    @DisplayName("ends the training by what it throws, which reaches the caller")
    void endsTheTraining() throws Exception {
      Dataset data = data();
      for (RuntimeException thrown : List.of(new IllegalStateException("enough"),
          new ArithmeticException("enough"))) {
        TrainingListener atBatch = new TrainingListener() {
          @Override
          public void onBatch(BatchReport report) {
            throw thrown;
          }
        };
        TrainingListener atEpoch = new TrainingListener() {
          @Override
          public void onEpoch(EpochReport report) {
            throw thrown;
          }
        };
        assertThatThrownBy(() -> trainer().train(spec(), data, atBatch)).isSameAs(thrown);
        assertThatThrownBy(() -> trainer().train(spec(), data, atEpoch)).isSameAs(thrown);
      }
      train();
    }
  }

  @Nested
  @DisplayName("A specification")
  class Specification {
    @Test
    @DisplayName("of an unknown algorithm is a ConfigurationException that lists the known ones")
    void refusesAnUnknownAlgorithm() throws Exception {
      refuses(specOf("alchemy", Map.of(), 1)).hasMessageContaining("alchemy")
          .hasMessageContaining(spec().algorithm());
    }

    @Test
    @DisplayName("with an unknown hyper-parameter is a ConfigurationException that lists the known ones")
    void refusesAnUnknownParameter() throws Exception {
      var refusal = refuses(specOf(spec().algorithm(), Map.of("leraning-rate", "1"), 1))
          .hasMessageContaining("leraning-rate");
      for (String known : spec().parameters().keySet()) {
        refusal.hasMessageContaining(known);
      }
    }

    @Test
    @DisplayName("with a wrong value is a ConfigurationException that names hyper-parameter and value")
    void refusesAWrongValue() throws Exception {
      assertThat(spec().parameters()).isNotEmpty();
      for (String name : spec().parameters().keySet()) {
        refuses(specOf(spec().algorithm(), Map.of(name, "banana"), 1)).hasMessageContaining(name)
            .hasMessageContaining("banana");
      }
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refuses(TrainingSpec spec)
        throws Exception {
      Dataset data = data();
      Recorder recorder = new Recorder();
      var refusal = assertThatThrownBy(() -> trainer().train(spec, data, recorder))
          .isInstanceOf(ConfigurationException.class);
      assertThat(recorder.reports).isEmpty();
      return refusal;
    }
  }

  @Nested
  @DisplayName("Data")
  class Data {
    @Test
    @DisplayName("without rows is a TrainingException, for validation, too")
    void refusesNoRows() throws Exception {
      refuses(empty(data()));
      refusesForValidation(empty(data()));
    }

    @Test
    @DisplayName("without a column that is needed is a TrainingException that names it")
    void refusesAMissingColumn() throws Exception {
      for (String column : List.of(spec().features(), spec().target())) {
        refuses(without(data(), column)).hasMessageContaining(column);
        refusesForValidation(without(data(), column)).hasMessageContaining(column);
      }
    }

    @Test
    @DisplayName("of a type that does not fit is a TrainingException that names column and type")
    void refusesAnotherType() throws Exception {
      for (String column : List.of(spec().features(), spec().target())) {
        Tensor fitting = data().read(0, Math.toIntExact(data().rows())).get(column);
        refuses(with(data(), column, zeros(DataType.BOOL, fitting.shape())))
            .hasMessageContaining(column)
            .hasMessageContaining("BOOL");
      }
    }

    @Test
    @DisplayName("of a shape that does not fit is a TrainingException that names the column")
    void refusesAnotherShape() throws Exception {
      String features = spec().features();
      Tensor fitting = data().read(0, Math.toIntExact(data().rows())).get(features);
      long[] lengths = fitting.shape().lengths();
      lengths[lengths.length - 1]++;
      Tensor wider = zeros(fitting.dataType(), Shape.of(lengths));

      refusesForValidation(with(data(), features, wider)).hasMessageContaining(features);
    }

    @Test
    @DisplayName("with a number that is not finite is a TrainingException that names column and row")
    void refusesNumbersThatAreNotFinite() throws Exception {
      long row = data().rows() - 1;
      for (double number : new double[]{Double.NaN, Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY}) {
        for (String column : List.of(spec().features(), spec().target())) {
          if (isFloating(data(), column)) {
            Dataset spoilt = with(data(), column, row, number);
            refuses(spoilt).hasMessageContaining(column).hasMessageContaining("row " + row);
            refusesForValidation(spoilt).hasMessageContaining(column)
                .hasMessageContaining("row " + row);
          }
        }
      }
    }

    @Test
    @DisplayName("with a label out of range is a TrainingException that names column and row")
    void refusesLabelsOutOfRange() throws Exception {
      String target = spec().target();
      long row = data().rows() - 1;
      double wrong = isFloating(data(), target) ? Double.NaN : -1;

      refuses(with(data(), target, row, wrong)).hasMessageContaining(target)
          .hasMessageContaining("row " + row);
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refuses(Dataset spoilt) {
      Recorder recorder = new Recorder();
      var refusal = assertThatThrownBy(() -> trainer().train(spec(), spoilt, recorder))
          .isInstanceOf(TrainingException.class);
      assertThat(recorder.reports).isEmpty();
      return refusal;
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refusesForValidation(Dataset spoilt)
        throws Exception {
      Dataset data = data();
      return assertThatThrownBy(() -> trainer().train(spec(), data, Optional.of(spoilt),
          TrainingListener.NONE)).isInstanceOf(TrainingException.class);
    }
  }

  /** Keeps what a listener is told. */
  private static final class Recorder implements TrainingListener {
    final List<Object> reports = new ArrayList<>();
    final List<Thread> threads = new ArrayList<>();

    @Override
    public void onBatch(BatchReport report) {
      reports.add(report);
      threads.add(Thread.currentThread());
    }

    @Override
    public void onEpoch(EpochReport report) {
      reports.add(report);
      threads.add(Thread.currentThread());
    }

    /** Returns how many batches were announced for an epoch. */
    int batchesOf(int epoch) {
      return reports.stream()
          .filter(BatchReport.class::isInstance)
          .map(BatchReport.class::cast)
          .filter(report -> report.epoch() == epoch)
          .mapToInt(BatchReport::batches)
          .max()
          .orElse(0);
    }
  }
}
