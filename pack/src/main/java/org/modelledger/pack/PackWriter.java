package org.modelledger.pack;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.modelledger.ModelLedger;
import org.modelledger.PublicLog;
import org.modelledger.UntrustedModelException;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.lineage.LineageGraph;
import org.modelledger.lineage.LineageNode;
import org.modelledger.lineage.StatementLog;
import org.modelledger.model.Digest;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.VerificationKey;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;
import org.modelledger.tlog.TlogProof;

/**
 * Writes one pack. First everything that is evidence; then it is checked, as the reader will check it, and
 * only then, with what came of that, the page for people; the signature over all of it is last.
 */
final class PackWriter {
  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  private final ModelLedger ledger;
  private final PackFiles files;
  private final SignedCheckpoint checkpoint;
  private final List<IndexRange> ranges;
  private final Disclosure disclosure;
  private final boolean withFiles;
  private final Instant now;
  private final LogReader log;
  private final boolean wholeLog;
  private final CopyingSource copy;
  private final Map<Digest, String> reasons = new HashMap<>();
  private final Set<String> written = new HashSet<>();

  PackWriter(ModelLedger ledger, PackFiles files, SignedCheckpoint checkpoint,
      List<IndexRange> ranges, Disclosure disclosure, boolean withFiles, Instant now) {
    this.ledger = ledger;
    this.files = files;
    this.checkpoint = checkpoint;
    this.ranges = ranges;
    this.disclosure = disclosure;
    this.withFiles = withFiles;
    this.now = now;
    this.log = ledger.receipts().reader();
    this.wholeLog = ranges.stream()
        .mapToLong(IndexRange::count)
        .sum() > EvidencePack.MAX_PROOFS;
    this.copy = new CopyingSource(TileSource.directory(ledger.receipts().directory()), checkpoint,
        files, PackLayout.LOG);
  }

  PackDescription write() throws VerificationException, InterruptedException {
    List<ModelVersion> versions = receipts();
    writeKeys();
    List<LedgerEvent> history = ledger.history();
    writeRegistry(history);
    List<PackedVersion> packed = new ArrayList<>();
    for (ModelVersion version : versions) {
      packed.add(pack(version));
    }
    LineageGraph graph = ledger.lineage().graph();
    Set<LineageNode> connected = connected(graph, versions);
    writeStatements(connected);
    List<LedgerEvent> events = about(history, versions);
    writeReasons(events);
    PackDescription description = new PackDescription(ledger.registry().ledgerId(),
        ledger.registry().account(), now, checkpoint.log().name(), checkpoint.size(), ranges,
        wholeLog, ledger.registryLog().isPresent(), disclosure, packed);
    files.write(PackLayout.DESCRIPTION, DescriptionJson.write(description));
    PackReport report = check();
    files.write(PackLayout.README, Readme.of(description));
    files.write(PackLayout.REPORT,
        new ReportPage(new ReportFacts(description, report, events, graph, connected, reasons,
            rows())).html());
    files.write(PackLayout.SIGNATURE, ledger.sign("evidence-pack",
        DirectoryFiles.of(files.directory(), List.of(), false)));
    return description;
  }

  // --- receipts

  /** Writes proofs, or the whole log, and evidence; returns the versions that the registry has of them. */
  private List<ModelVersion> receipts() throws VerificationException, InterruptedException {
    Set<ModelVersionId> seen = new LinkedHashSet<>();
    EvidenceFiles.Writer evidence = new EvidenceFiles.Writer(files, wholeLog);
    try {
      LogReader copying = LogReader.open(copy, checkpoint.log());
      var unused = copying.latest(); // is in the pack, whatever else is
      if (wholeLog) {
        int threads = Runtime.getRuntime().availableProcessors();
        copying.verifyAll(checkpoint, threads, progress -> {
        }).requireIntact();
        log.entries(0, checkpoint.size(), checkpoint,
            (index, leaf) -> seen.add(ReceiptEntry.decode(leaf).version()));
      }
      for (IndexRange range : ranges) {
        for (long index = range.from(); index < range.to(); index++) {
          if (!wholeLog) {
            seen.add(prove(index));
          }
          if (disclosure != Disclosure.NOTHING
              && ledger.evidence().find(index) instanceof EvidenceLookup.Kept(var kept)) {
            long number = index;
            disclosure.of(kept).ifPresent(told -> evidence.add(number, told));
          }
        }
      }
    } catch (ProofException e) {
      throw new VerificationException("the receipt log in " + ledger.receipts().directory()
          + " cannot be packed: " + e.getMessage(), e);
    }
    evidence.finish();
    return seen.stream().flatMap(id -> ledger.registry().version(id).stream()).toList();
  }

  private ModelVersionId prove(long index) throws ProofException {
    byte[] leaf = log.entry(index, checkpoint);
    files.write(PackLayout.proof(index),
        TlogProof.of(log.inclusionProof(index, checkpoint), checkpoint).withExtra(leaf).text());
    return ReceiptEntry.decode(leaf).version();
  }

  // --- keys and the registry

  private void writeKeys() throws InterruptedException {
    files.write(PackLayout.MODEL_KEY, ledger.modelSigningKeyPem());
    List<VerificationKey> trusted = ledger.trustedKeys();
    Set<VerificationKey> known = new HashSet<>(List.of(trusted.getFirst()));
    writeKeys(PackLayout.OTHER_KEYS, trusted, known);
    writeKeys(PackLayout.APPROVER_KEYS, ledger.lineage().trustedKeys(), known);
    files.write(PackLayout.RECEIPTS_KEY, checkpoint.log() + "\n");
    files.write(PackLayout.STATEMENTS_KEY, ledger.lineage().log().key() + "\n");
  }

  private void writeKeys(String prefix, List<VerificationKey> keys, Set<VerificationKey> known) {
    for (VerificationKey key : keys) {
      if (known.add(key)) {
        files.write(prefix + key.hint().substring(0, 16) + ".pub", key.toPem());
      }
    }
  }

  private void writeRegistry(List<LedgerEvent> history)
      throws VerificationException, InterruptedException {
    Optional<PublicLog> embedded = ledger.registryLog();
    if (embedded.isEmpty()) {
      StringBuilder lines = new StringBuilder();
      history.forEach(event -> lines.append(EventLine.json(event)));
      files.write(PackLayout.REGISTRY_EVENTS, lines.toString());
      return;
    }
    PublicLog place = embedded.get();
    files.write(PackLayout.REGISTRY_KEY, place.key() + "\n");
    TileSource source = TileSource.directory(place.directory());
    try {
      SignedCheckpoint newest = covering(LogReader.open(source, place.key()), history);
      LogReader copying = LogReader.open(
          new CopyingSource(source, newest, files, PackLayout.REGISTRY_LOG), place.key());
      copying.verifyAll(copying.latest()).requireIntact();
    } catch (ProofException e) {
      throw new VerificationException("the registry in " + place.directory()
          + " cannot be packed: " + e.getMessage(), e);
    }
  }

  /** An event is in the ledger before others see it there: waits until the log shows the last one. */
  private static SignedCheckpoint covering(LogReader log, List<LedgerEvent> history)
      throws ProofException, InterruptedException {
    long size = history.isEmpty() ? 0 : history.getLast().header().position().block() + 1;
    long begin = System.nanoTime();
    SignedCheckpoint newest = log.latest();
    while (newest.size() < size) {
      if (System.nanoTime() - begin > MAX_WAIT.toNanos()) {
        throw new LedgerUnavailableException("the log of the registry shows " + newest.size()
            + " events after " + MAX_WAIT.toSeconds() + " seconds; the ledger has " + size);
      }
      Thread.sleep(10);
      newest = log.latest();
    }
    return newest;
  }

  // --- models and statements

  private PackedVersion pack(ModelVersion version) throws InterruptedException {
    try {
      byte[] signature = ledger.signatureBundle(version);
      once(PackLayout.modelSignature(version.artifact()), signature);
      byte[] statement = ledger.lineageStatement(version);
      once(PackLayout.envelope(version.statement()), statement);
    } catch (UntrustedModelException e) {
      // the model is another's and not here: the checks say that it could not be looked at
    }
    boolean hasFiles = withFiles && ledger.artifacts().find(version.artifact()).isPresent();
    if (hasFiles && !written.contains(PackLayout.modelFiles(version.artifact()))) {
      ledger.artifacts()
          .export(version.artifact(), files.around(PackLayout.modelFiles(version.artifact())));
      written.add(PackLayout.modelFiles(version.artifact()));
    }
    return new PackedVersion(version.id(), version.artifact(), version.statement(), hasFiles);
  }

  private void once(String name, byte[] content) {
    if (written.add(name)) {
      files.write(name, content);
    }
  }

  /** Returns what the versions came from, themselves, and what came of them. */
  private static Set<LineageNode> connected(LineageGraph graph, List<ModelVersion> versions) {
    Set<LineageNode> nodes = new LinkedHashSet<>();
    for (ModelVersion version : versions) {
      graph.version(version.id()).ifPresent(node -> {
        for (LineageNode ancestor : graph.ancestors(node)) {
          graph.children(ancestor)
              .stream()
              .filter(LineageNode.Dataset.class::isInstance)
              .forEach(nodes::add); // says what the data is
          nodes.add(ancestor);
        }
        nodes.add(node);
        nodes.addAll(graph.children(node));
        for (LineageNode child : graph.children(node)) {
          nodes.addAll(graph.parents(child)); // the data of an evaluation, the approvals of a deployment
        }
      });
    }
    return nodes;
  }

  private void writeStatements(Set<LineageNode> nodes) throws InterruptedException {
    StatementLog statements = ledger.lineage().log();
    for (LineageNode node : nodes) {
      Optional<Digest> digest = statement(node);
      Optional<byte[]> envelope = digest.flatMap(ledger.lineage()::envelope);
      if (digest.isPresent() && envelope.isPresent()) {
        once(PackLayout.envelope(digest.get()), envelope.get());
        Optional<TlogProof> proof = statements.proof(digest.get());
        if (proof.isPresent()) {
          once(PackLayout.statementProof(digest.get()),
              proof.get().text().getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  private static Optional<Digest> statement(LineageNode node) {
    return switch (node) {
      case LineageNode.Dataset it -> Optional.of(it.statement());
      case LineageNode.Version it -> Optional.of(it.statement());
      case LineageNode.Evaluation it -> Optional.of(it.statement());
      case LineageNode.Approval it -> Optional.of(it.statement());
      case LineageNode.Data unused -> Optional.empty();
      case LineageNode.Artifact unused -> Optional.empty();
      case LineageNode.Deployment unused -> Optional.empty();
    };
  }

  /** Returns the events about these models, and of the anchors of each of our logs the newest. */
  private List<LedgerEvent> about(List<LedgerEvent> history, List<ModelVersion> versions)
      throws InterruptedException {
    Set<ModelName> models = new HashSet<>();
    versions.forEach(version -> models.add(version.id().model()));
    Map<LogOrigin, LedgerEvent> newest = new HashMap<>();
    for (LedgerEvent event : history) {
      if (event instanceof LedgerEvent.LogAnchored anchored) {
        newest.put(anchored.origin(), anchored);
      }
    }
    newest.keySet()
        .retainAll(Set.of(ledger.receipts().origin(), ledger.lineage().log().origin()));
    return history.stream()
        .filter(event -> event.about()
            .map(models::contains)
            .orElseGet(() -> newest.containsValue(event)))
        .toList();
  }

  private void writeReasons(List<LedgerEvent> events) {
    for (LedgerEvent event : events) {
      if (event instanceof LedgerEvent.VersionRevoked revoked) {
        ledger.artifacts().statement(revoked.reason()).ifPresent(reason -> {
          once(PackLayout.reason(revoked.reason()), reason);
          reasons.put(revoked.reason(), new String(reason, StandardCharsets.UTF_8));
        });
      }
    }
  }

  // --- what the reader will find

  private PackReport check() throws InterruptedException {
    PackReader reader = PackReader.open(files.directory());
    PackVerifier trust = PackVerifier.builder()
        .modelKey(ledger.trustedKeys().getFirst())
        .build();
    try (PackParts parts = PackParts.open(reader, trust, copy)) {
      return new PackChecks(parts, List.of()).run();
    }
  }

  /** Returns the first receipts, with what is disclosed of them. */
  private List<ReportFacts.Row> rows() {
    Map<Long, ReportFacts.Row> rows = new LinkedHashMap<>();
    for (IndexRange range : ranges) {
      for (long index = range.from(); index < range.to()
          && rows.size() < ReportFacts.MAX_ROWS; index++) {
        EvidenceLookup evidence = disclosure == Disclosure.ALL
            ? ledger.evidence().find(index)
            : new EvidenceLookup.Absent();
        rows.put(index,
            new ReportFacts.Row(index, ledger.receipts().entry(index), evidence));
      }
    }
    return List.copyOf(rows.values());
  }
}
