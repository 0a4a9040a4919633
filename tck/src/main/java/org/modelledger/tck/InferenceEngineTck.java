package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/**
 * The contract of {@link org.modelledger.inference.InferenceEngine} and {@link
 * org.modelledger.inference.LoadedModel} as tests: each sentence of their Javadoc.
 *
 * <p>An engine's tests extend this class and supply {@link #newEngine()}, a small {@link #model()}
 * and {@link #inputs} for it. The declared determinism is taken at its word: repetitions give the
 * same bits, or numbers within the tolerance.
 *
 * <p>One test loads files with a changed byte. It reports its seed as {@code tck.seed}; {@code
 * -Dtck.seed=42} repeats a run.
 */
@DisplayName("InferenceEngine")
public abstract class InferenceEngineTck extends EngineLoadRules {
  private <T> List<T> inParallel(List<Callable<T>> work) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<T> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
      List<Future<T>> futures = work.stream().map(task -> threads.submit(() -> {
        start.await();
        return task.call();
      })).toList();
      start.countDown();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
    }
    return results;
  }

  @Nested
  @DisplayName("Running")
  class Run {
    @Test
    @DisplayName("yields the outputs that the model declares, by name, type and shape")
    void yieldsTheOutputs() throws Exception {
      LoadedModel model = load();

      Tensors outputs = model.run(inputs(1, 1));

      assertThatCode(() -> outputs.check(model.outputs())).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("yields other outputs for other inputs")
    void dependsOnTheInputs() throws Exception {
      LoadedModel model = load();

      assertThat(model.run(inputs(1, 1))).isNotEqualTo(model.run(inputs(2, 1)));
    }

    @Test
    @DisplayName("lets each call choose the batch, where the outermost dimension is free")
    void letsCallsChooseTheBatch() throws Exception {
      LoadedModel model = load();
      boolean batched = model.inputs().stream().anyMatch(EngineRules::hasBatch);

      for (int batch : batched ? new int[]{1, 2, 7, 1, 64} : new int[]{1}) {
        Tensors outputs = model.run(inputs(batch, batch));

        outputs.check(model.outputs());
        for (TensorSpec spec : model.outputs()) {
          if (hasBatch(spec)) {
            assertThat(outputs.get(spec.name()).shape().length(0)).as(spec.name())
                .isEqualTo(batch);
          }
        }
      }
    }

    @Test
    @DisplayName("without an input, or with one that is not asked for, is refused by its name")
    void refusesOtherNames() throws Exception {
      LoadedModel model = load();
      Tensors inputs = inputs(1, 1);

      for (TensorSpec spec : model.inputs()) {
        Tensors fewer = without(inputs, spec.name());
        assertThatIllegalArgumentException().isThrownBy(() -> model.run(fewer))
            .withMessageContaining(spec.name());
      }
      Tensors more = with(inputs, "unheard-of", zeros(DataType.FP32, Shape.of(1)));
      assertThatIllegalArgumentException().isThrownBy(() -> model.run(more))
          .withMessageContaining("unheard-of");
      model.run(inputs).check(model.outputs());
    }

    @Test
    @DisplayName("with an input of another type is refused by its name, its type and the one it needs")
    void refusesOtherTypes() throws Exception {
      LoadedModel model = load();
      Tensors inputs = inputs(1, 1);

      for (TensorSpec spec : model.inputs()) {
        for (DataType other : DataType.values()) {
          if (other != spec.dataType()) {
            Tensors wrong = with(inputs, spec.name(),
                zeros(other, inputs.get(spec.name()).shape()));
            assertThatIllegalArgumentException().as("%s for %s", other, spec)
                .isThrownBy(() -> model.run(wrong))
                .withMessageContaining(spec.name())
                .withMessageContaining(other.name())
                .withMessageContaining(spec.dataType().name());
          }
        }
      }
      model.run(inputs).check(model.outputs());
    }

    @Test
    @DisplayName("with an input of another shape is refused by its name, its shape and the one it needs")
    void refusesOtherShapes() throws Exception {
      LoadedModel model = load();
      Tensors inputs = inputs(1, 1);

      for (TensorSpec spec : model.inputs()) {
        Shape fitting = inputs.get(spec.name()).shape();
        List<Shape> others = new ArrayList<>(List.of(fitting.prepend(1)));
        for (int i = 0; i < fitting.rank(); i++) {
          if (spec.shape().length(i) != Shape.FREE) {
            long[] longer = fitting.lengths();
            longer[i]++;
            others.add(Shape.of(longer));
          }
        }
        for (Shape other : others) {
          Tensors wrong = with(inputs, spec.name(), zeros(spec.dataType(), other));
          assertThatIllegalArgumentException().as("%s for %s", other, spec)
              .isThrownBy(() -> model.run(wrong))
              .withMessageContaining(spec.name())
              .withMessageContaining(other.toString())
              .withMessageContaining(spec.shape().toString());
        }
      }
      model.run(inputs).check(model.outputs());
    }

    @Test
    @DisplayName("repeats as far as it is declared: again, loaded again, by another engine")
    void repeats() throws Exception {
      LoadedModel model = load();
      for (long seed = 1; seed <= 5; seed++) {
        Tensors expected = model.run(inputs(seed, 3));

        assertRepeats(model.determinism(), model.run(inputs(seed, 3)), expected);
        assertRepeats(model.determinism(), load().run(inputs(seed, 3)), expected);
        assertRepeats(model.determinism(), load(another(), model()).run(inputs(seed, 3)),
            expected);
      }
    }

    @Test
    @DisplayName("takes inputs on the Java heap and outside it")
    void takesAnyMemory() throws Exception {
      LoadedModel model = load();

      assertRepeats(model.determinism(),
          model.run(copy(inputs(1, 2), EngineRules::onTheHeap)),
          model.run(copy(inputs(1, 2), EngineRules::outsideTheHeap)));
    }

    @Test
    @DisplayName("does not retain its inputs: their memory may be used for something else")
    void doesNotRetainItsInputs() throws Exception {
      LoadedModel model = load();
      Tensors expected = model.run(inputs(1, 2));
      List<ByteBuffer> memory = new ArrayList<>();
      Tensors reused = copy(inputs(1, 2), data -> {
        ByteBuffer bytes = data.remaining() % 2 == 0 ? onTheHeap(data) : outsideTheHeap(data);
        memory.add(bytes);
        return bytes;
      });

      Tensors outputs = model.run(reused);
      for (ByteBuffer bytes : memory) {
        for (int i = 0; i < bytes.limit(); i++) {
          bytes.put(i, (byte) 0);
        }
      }

      assertRepeats(model.determinism(), outputs, expected);
      assertRepeats(model.determinism(), model.run(inputs(1, 2)), expected);
    }

    @Test
    @DisplayName("gives outputs that are the caller's own, whatever runs afterwards")
    void givesOutputsAway() throws Exception {
      LoadedModel model = load();
      Tensors first = model.run(inputs(1, 2));
      Tensors before = copy(first, EngineRules::onTheHeap);

      model.run(inputs(2, 2));
      model.run(inputs(3, 2));

      assertThat(first).isEqualTo(before);
    }

    @Test
    @DisplayName("gives outputs that are valid after model and engine are closed")
    void givesOutputsThatOutliveTheModel() throws Exception {
      InferenceEngine engine = another();
      LoadedModel model = engine.load(model());
      Tensors outputs = model.run(inputs(1, 2));
      Tensors before = copy(outputs, EngineRules::onTheHeap);

      model.close();
      engine.close();

      assertThat(outputs).isEqualTo(before);
    }

    @Test
    @DisplayName("by many threads gives each the results of its own inputs")
    void isForManyThreads() throws Exception {
      LoadedModel model = load();
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int t = 0; t < threads(); t++) {
        long seed = t;
        Tensors inputs = inputs(seed, 1 + t % 3);
        Tensors expected = model.run(inputs);
        work.add(() -> {
          for (int i = 0; i < runsPerThread(); i++) {
            assertRepeats(model.determinism(), model.run(inputs), expected);
          }
          return true;
        });
      }

      assertThat(inParallel(work)).hasSize(threads()).containsOnly(true);
    }

    @Test
    @DisplayName("on an interrupted thread throws InterruptedException or leaves the interrupt to others")
    void heedsInterrupts() throws Exception {
      LoadedModel model = load();
      Tensors expected = model.run(inputs(1, 1));

      Thread.currentThread().interrupt();
      try {
        assertRepeats(model.determinism(), model.run(inputs(1, 1)), expected);
        assertThat(Thread.interrupted()).isTrue();
      } catch (InterruptedException e) {
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
      }

      assertRepeats(model.determinism(), model.run(inputs(1, 1)), expected);
    }
  }

  @Nested
  @DisplayName("Closing")
  class Close {
    @Test
    @DisplayName("a model lets it run no more, and harms neither when repeated nor other models")
    void closesTheModel() throws Exception {
      LoadedModel model = engine().load(model());
      LoadedModel other = load();

      model.close();
      model.close();

      assertThatIllegalStateException().isThrownBy(() -> model.run(inputs(1, 1)));
      other.run(inputs(1, 1)).check(other.outputs());
    }

    @Test
    @DisplayName("the engine lets its models run no more, which may be closed afterwards")
    void closesTheEngine() throws Exception {
      InferenceEngine engine = another();
      LoadedModel model = engine.load(model());

      engine.close();

      assertThatIllegalStateException().isThrownBy(() -> model.run(inputs(1, 1)));
      assertThatCode(model::close).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("waits for calls that are running: each ends in its result or IllegalStateException")
    void waitsForRunningCalls() throws Exception {
      LoadedModel model = load();
      Tensors inputs = inputs(1, 2);
      Tensors expected = model.run(inputs);
      List<Callable<Boolean>> work = new ArrayList<>();
      CountDownLatch running = new CountDownLatch(threads());
      AtomicBoolean closed = new AtomicBoolean();
      for (int t = 0; t < threads(); t++) {
        work.add(() -> {
          try {
            for (boolean first = true, before = true; before; first = false) {
              before = !closed.get();
              assertRepeats(model.determinism(), model.run(inputs), expected);
              if (first) {
                running.countDown();
              }
            }
            return false; // ran although it had been closed
          } catch (IllegalStateException e) {
            return true;
          } finally {
            // even if the first run failed, nobody waits for it
            running.countDown();
          }
        });
      }
      work.add(() -> {
        running.await();
        model.close();
        closed.set(true);
        return true;
      });

      assertThat(inParallel(work)).containsOnly(true);
    }
  }
}
