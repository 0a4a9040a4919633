package org.modelledger.chain.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SubmissionIdsTest {
  @Test
  void runsOf256IdsDifferInTheirLastByteOnly() {
    SubmissionIds ids = new SubmissionIds();
    Set<UUID> runs = new HashSet<>();
    for (int i = 0; i < 1_024; i++) {
      UUID id = ids.next().value();
      assertThat(id.getLeastSignificantBits() & 0xff).isEqualTo(i % 256);
      runs.add(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() >> 8));
    }
    assertThat(runs).hasSize(4);
  }

  @Test
  void clientsBeginAtRandom() {
    assertThat(new SubmissionIds().next()).isNotEqualTo(new SubmissionIds().next());
  }

  @Test
  void threadsGetDifferentIds() throws Exception {
    SubmissionIds ids = new SubmissionIds();
    int threads = 4;
    int each = 5_000;
    List<Background<Set<Object>>> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      all.add(Background.run(() -> {
        Set<Object> mine = new HashSet<>();
        for (int n = 0; n < each; n++) {
          mine.add(ids.next());
        }
        return mine;
      }));
    }
    Set<Object> seen = new HashSet<>();
    for (Background<Set<Object>> one : all) {
      seen.addAll(one.result());
      one.close();
    }
    assertThat(seen).hasSize(threads * each);
  }
}
