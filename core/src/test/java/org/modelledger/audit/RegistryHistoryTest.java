package org.modelledger.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.Fixture;
import org.modelledger.ModelLedger;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;

class RegistryHistoryTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path dir;

  @Test
  void pagesOfAnyLengthAreTheWholeHistory() throws InterruptedException {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      ModelRegistry registry = ledger.registry();
      assertThat(RegistryHistory.of(registry)).isEmpty();

      ModelVersion version = Fixture.deployed(ledger);
      LedgerEvent undeployed = ledger.undeploy(Fixture.MODEL, "production");
      List<LedgerEvent> whole = registry.history(LedgerPosition.START, 10_000);
      assertThat(whole).hasSize(4).endsWith(undeployed);
      assertThat(whole.get(1).header().position()).isEqualTo(version.position());
      for (int page = 1; page <= 5; page++) {
        assertThat(new RegistryHistory(registry, LedgerPosition.START, page))
            .as("pages of %d", page)
            .containsExactlyElementsOf(whole);
      }
      assertThat(RegistryHistory.of(registry).toList()).isEqualTo(whole);
      assertThat(RegistryHistory.of(registry).after(whole.get(1).header().position()))
          .containsExactlyElementsOf(whole.subList(2, 4));
    }
  }

  @Test
  void endsWhereThereIsNothingMoreForNow() throws InterruptedException {
    try (ModelLedger ledger = Fixture.builder(dir).open()) {
      ModelVersion version = Fixture.registered(ledger);
      RegistryHistory history = RegistryHistory.of(ledger.registry());
      Iterator<LedgerEvent> first = history.iterator();
      assertThat(first).toIterable().hasSize(2);
      assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(first::next);

      var unused = ledger.deploy(version, "production");
      assertThat(first.hasNext()).isFalse();
      assertThat(history).hasSize(3);
    }
  }
}
