package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;

class EventCacheTest {
  private static final LedgerEvent FIRST = Examples.event(11, 0);
  private static final LedgerEvent SECOND = Examples.event(11, 3);
  private static final LedgerEvent THIRD = Examples.event(12, 1);

  @Test
  void coversWhatIsAfterTheEndOfItsBlock() {
    EventCache cache = new EventCache(10, 10);

    assertThat(cache.after()).isEqualTo(10);
    assertThat(cache.covers(end(9))).isFalse();
    assertThat(cache.covers(new LedgerPosition(10, 5))).isFalse();
    assertThat(cache.covers(end(10))).isTrue();
    assertThat(cache.covers(new LedgerPosition(11, 0))).isTrue();
  }

  @Test
  void pagesInOrder() {
    EventCache cache = new EventCache(10, 10);
    List.of(THIRD, FIRST, SECOND).forEach(cache::add);

    assertThat(cache.after(end(10), 10)).containsExactly(FIRST, SECOND, THIRD);
    assertThat(cache.after(end(10), 2)).containsExactly(FIRST, SECOND);
    assertThat(cache.after(FIRST.header().position(), 10)).containsExactly(SECOND, THIRD);
    assertThat(cache.after(end(12), 10)).isEmpty();
  }

  @Test
  void forgetsWholeBlocks() {
    EventCache cache = new EventCache(2, 10);
    List.of(FIRST, SECOND, THIRD).forEach(cache::add);

    cache.trim();

    assertThat(cache.after()).isEqualTo(11);
    assertThat(cache.covers(FIRST.header().position())).isFalse();
    assertThat(cache.after(end(11), 10)).containsExactly(THIRD);
  }

  private static LedgerPosition end(long block) {
    return new LedgerPosition(block, Integer.MAX_VALUE);
  }
}
