package org.modelledger.pack;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.lineage.LineageGraph;
import org.modelledger.lineage.LineageNode;
import org.modelledger.model.Digest;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.registry.LedgerEvent;

/**
 * What the page for people is made of.
 *
 * @param description what the pack says of itself
 * @param report what came of checking it when it was made
 * @param events those about its models, and about logs
 * @param graph of the whole ledger
 * @param nodes the part of it that the pack is about
 * @param reasons why versions were revoked, by the digest that the registry has
 * @param rows the first receipts
 */
record ReportFacts(PackDescription description, PackReport report, List<LedgerEvent> events,
    LineageGraph graph, Set<LineageNode> nodes, Map<Digest, String> reasons, List<Row> rows) {
  static final int MAX_ROWS = 100;

  ReportFacts {
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(report, "report");
    Objects.requireNonNull(graph, "graph");
    events = List.copyOf(events);
    nodes = Collections.unmodifiableSet(new LinkedHashSet<>(nodes));
    reasons = Map.copyOf(reasons);
    rows = List.copyOf(rows);
  }

  /**
   * A line of the table of receipts.
   *
   * @param index in the log
   * @param entry what stands there
   * @param evidence what is disclosed of it
   */
  record Row(long index, ReceiptEntry entry, EvidenceLookup evidence) {}
}
