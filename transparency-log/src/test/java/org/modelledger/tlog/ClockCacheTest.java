package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClockCacheTest {

  private static long kept(ClockCache<Integer, String> cache, int keys) {
    return IntStream.range(0, keys).filter(key -> cache.get(key).isPresent()).count();
  }

  @Test
  void keepsWhatIsAskedForAndNoMoreThanItMay() {
    ClockCache<Integer, String> cache = new ClockCache<>(10);
    for (int key = 0; key < 1000; key++) {
      cache.put(key, "value " + key);
      assertThat(cache.get(3 % (key + 1))).hasValue("value " + 3 % (key + 1));
    }
    assertThat(cache.get(999)).hasValue("value 999");
    assertThat(kept(cache, 1000)).isEqualTo(10);
  }

  @Test
  void dropsTheOldestWhereAllAreAskedFor() {
    ClockCache<Integer, String> cache = new ClockCache<>(3);
    for (int key = 0; key < 3; key++) {
      cache.put(key, "value");
    }
    assertThat(kept(cache, 3)).isEqualTo(3);
    cache.put(3, "value");
    assertThat(cache.get(0)).isEmpty();
    assertThat(kept(cache, 4)).isEqualTo(3);
  }

  @Test
  void aValueTakesThePlaceOfTheOneBefore() {
    ClockCache<Integer, String> cache = new ClockCache<>(2);
    for (int i = 0; i < 100; i++) {
      cache.put(1, "value " + i);
    }
    cache.put(2, "another");
    assertThat(cache.get(1)).hasValue("value 99");
    assertThat(cache.get(2)).hasValue("another");
  }

  @Test
  void staysWithinItsBoundsUnderManyThreads() throws Exception {
    ClockCache<Integer, String> cache = new ClockCache<>(16);
    List<Future<?>> done = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int thread = 0; thread < 4; thread++) {
        int start = thread;
        done.add(threads.submit(() -> {
          for (int i = 0; i < 20_000; i++) {
            int key = (start * 31 + i * 7) % 100;
            cache.put(key, "value " + key);
            int other = i % 100;
            cache.get(other).ifPresent(v -> assertThat(v).isEqualTo("value " + other));
          }
        }));
      }
    }
    for (Future<?> each : done) {
      each.get();
    }
    assertThat(kept(cache, 100)).isEqualTo(16);
  }
}
