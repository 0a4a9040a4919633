package org.modelledger.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

class FiguresTest {
  @Test
  void everyBenchmarkStandsBesideTheRawThingItWraps() {
    Map<String, Set<String>> methods = new HashMap<>();
    Set<BenchmarkListEntry> found = BenchmarkList.defaultList()
        .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
            new ArrayList<>());
    for (BenchmarkListEntry entry : found) {
      String name = entry.getUsername();
      int dot = name.lastIndexOf('.');
      methods.computeIfAbsent(name.substring(0, dot), type -> new TreeSet<>())
          .add(name.substring(dot + 1));
    }
    assertThat(methods).isNotEmpty();
    assertThat(methods).allSatisfy((type, names) -> {
      assertThat(names).as("raw in %s", type).anyMatch(name -> name.startsWith("raw"));
      assertThat(names).as("ours in %s", type).anyMatch(name -> !name.startsWith("raw"));
    });
  }
}
