package org.modelledger.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.modelledger.bench.suite.Catalogue.Measured;

class CatalogueTest {
  private final Catalogue catalogue = Catalogue.read();

  @Test
  void everyBenchmarkStandsBesideTheRawThingItWraps() {
    Map<String, List<Measured>> byType = catalogue.methods()
        .stream()
        .collect(Collectors.groupingBy(Measured::type, TreeMap::new, Collectors.toList()));
    assertThat(byType).isNotEmpty();
    assertThat(byType).allSatisfy((type, methods) -> {
      assertThat(methods).as("raw in %s", type).anyMatch(Measured::isRaw);
      assertThat(methods).as("ours in %s", type).anyMatch(method -> !method.isRaw());
    });
  }

  @Test
  void everySuiteHasBenchmarks() {
    assertThat(catalogue.methods()).extracting(method -> method.partOf().value())
        .containsAll(Arrays.asList(Suite.values()));
  }

  @Test
  void transactionsAreOnEveryChain() {
    assertThat(catalogue.methods())
        .filteredOn(method -> method.partOf().value() == Suite.TRANSACTIONS)
        .extracting(method -> Cell.simpleName(method.name()))
        .anyMatch(name -> name.startsWith("RegistryBenchmark."))
        .anyMatch(name -> name.startsWith("EthereumCommandsBenchmark."))
        .anyMatch(name -> name.startsWith("FabricCommandsBenchmark."));
  }

  @Test
  void namesThePeerOfEachThatIsNotRaw() {
    for (Suite suite : Suite.values()) {
      Map<String, Report.PeerName> peers = catalogue.peers(suite);
      assertThat(peers.keySet()).isEqualTo(catalogue.methods()
          .stream()
          .filter(method -> method.partOf().value() == suite && !method.isRaw())
          .map(Measured::name)
          .collect(Collectors.toCollection(TreeSet::new)));
      assertThat(peers.values()).allMatch(peer -> Catalogue.isRaw(peer.benchmark()));
    }
  }
}
