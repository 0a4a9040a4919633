package org.modelledger.verification;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.receipt.Gap;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.receipt.SessionId;
import org.modelledger.registry.ModelVersion;
import org.modelledger.tlog.Checkpoint;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;

/** One pass over a log. The reader checks each entry against the checkpoint before it hands it over. */
final class WholeLog {
  private static final int MAX_FAILURES = 100;

  private record ToReplay(long index, Receipt receipt, Evidence evidence) {}

  private final Verifier verifier;
  private final long replays;
  private final List<LogReport.Failure> failures = new ArrayList<>();
  private final Map<Verifier.Release, ModelChecks.Result> models = new LinkedHashMap<>();
  private final Map<Verifier.Release, RevocationLine> lines = new HashMap<>();
  private final TreeMap<ModelVersionId, RevocationCounts> revocations = new TreeMap<>();
  private final Map<SessionId, Numbers> sessions = new HashMap<>();
  private final List<ToReplay> toReplay = new ArrayList<>();
  private long receipts;
  private long missing;
  private long opened;
  private long erased;
  private long replayed;
  private long every = 1;

  /** The numbers of a session that have an entry, as ranges from the first to behind the last. */
  private static final class Numbers {
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    void add(long first, long count) {
      long start = first;
      long end = first > Long.MAX_VALUE - count ? Long.MAX_VALUE : first + count;
      Map.Entry<Long, Long> before = ranges.floorEntry(start);
      if (before != null && before.getValue() >= start) {
        start = before.getKey();
        end = Math.max(end, before.getValue());
      }
      for (Map.Entry<Long, Long> next = ranges.ceilingEntry(start); next != null
          && next.getKey() <= end; next = ranges.ceilingEntry(start)) {
        end = Math.max(end, next.getValue());
        ranges.remove(next.getKey());
      }
      ranges.put(start, end);
    }

    long unknown() {
      long unknown = 0;
      long known = 0;
      for (Map.Entry<Long, Long> range : ranges.entrySet()) {
        unknown += range.getKey() - known;
        known = range.getValue();
      }
      return unknown;
    }
  }

  WholeLog(Verifier verifier, long replays) {
    this.verifier = verifier;
    this.replays = replays;
  }

  LogReport check() throws InterruptedException {
    LogReader reader = verifier.requireLog();
    List<StepResult> log = new ArrayList<>();
    long size = 0;
    try {
      SignedCheckpoint checkpoint = reader.latest();
      size = checkpoint.size();
      log.add(StepResult.passed(Step.CHECKPOINT, verifier.signers(checkpoint)));
      every = Math.max(1, replays == 0 ? size : size / replays);
      read(reader, checkpoint, log);
      if (size > 0) {
        log.add(verifier.required(verifier.anchors().check(0, checkpoint.checkpoint())));
      }
    } catch (ProofException e) {
      log.add(StepResult.failed(Step.CHECKPOINT, e));
    }
    log.stream().filter(StepResult::isFailed).forEach(result -> fail(-1, result));
    replay();
    TreeMap<ModelVersionId, List<StepResult>> versions = new TreeMap<>();
    models.forEach((release, result) -> versions.merge(release.version(), result.steps(),
        (a, b) -> Stream.concat(a.stream(), b.stream()).toList()));
    long unacknowledged = sessions.values().stream().mapToLong(Numbers::unknown).sum();
    return new LogReport(size, receipts, missing, unacknowledged, opened, erased, replayed, log,
        versions, revocations, failures);
  }

  private void read(LogReader reader, SignedCheckpoint checkpoint, List<StepResult> log)
      throws InterruptedException {
    List<InterruptedException> interrupted = new ArrayList<>();
    try {
      reader.entries(0, checkpoint.size(), checkpoint, (index, leaf) -> {
        if (interrupted.isEmpty()) {
          try {
            entry(index, leaf, checkpoint.checkpoint());
          } catch (InterruptedException e) {
            interrupted.add(e);
          }
        }
      });
      log.add(StepResult.passed(Step.INCLUSION,
          "all " + checkpoint.size() + " entries hash to the signed root"));
    } catch (ProofException e) {
      log.add(StepResult.failed(Step.INCLUSION, e));
    }
    if (!interrupted.isEmpty()) {
      throw interrupted.getFirst();
    }
  }

  private void entry(long index, byte[] leaf, Checkpoint checkpoint) throws InterruptedException {
    ReceiptEntry entry;
    try {
      entry = ReceiptEntry.decode(leaf);
    } catch (ModelFormatException e) {
      fail(index, StepResult.failed(Step.RECEIPT, e));
      return;
    }
    Numbers numbers = sessions.computeIfAbsent(entry.session(), id -> new Numbers());
    Verifier.Release release = new Verifier.Release(entry.version(), entry.artifact());
    if (!models.containsKey(release)) {
      ModelChecks.Result result = verifier.models().check(release.version(), release.artifact());
      List<StepResult> steps = result.steps().stream().map(verifier::required).toList();
      steps.stream().filter(StepResult::isFailed).forEach(step -> fail(index, step));
      models.put(release, new ModelChecks.Result(result.version(), steps));
      result.version()
          .filter(ModelVersion::isRevoked)
          .ifPresent(revoked -> lines.put(release, verifier.anchors().line(revoked, checkpoint)));
    }
    switch (entry) {
      case Gap gap -> {
        numbers.add(gap.sequence(), gap.count());
        side(index, gap, release, gap.count());
        missing += gap.count();
      }
      case Receipt receipt -> {
        numbers.add(receipt.sequence(), 1);
        receipts++;
        side(index, receipt, release, 1);
        evidence(index, receipt);
      }
    }
  }

  private void side(long index, ReceiptEntry entry, Verifier.Release release, long count) {
    RevocationLine line = lines.get(release);
    if (line != null) {
      RevocationCounts so = revocations.getOrDefault(release.version(), RevocationCounts.NONE);
      revocations.put(release.version(), so.with(line.side(index, entry), count));
    }
  }

  private void evidence(long index, Receipt receipt) {
    EvidenceLookup lookup;
    try {
      lookup = verifier.evidence(index);
    } catch (ModelLedgerException e) {
      fail(index, StepResult.failed(Step.COMMITMENTS, e));
      return;
    }
    StepResult result = verifier.required(Verifier.commitments(receipt, lookup));
    if (result.isPassed()) {
      opened++;
    } else if (lookup instanceof EvidenceLookup.Erased) {
      erased++;
    }
    if (result.isFailed()) {
      fail(index, result);
    }
    if (toReplay.size() < replays && index % every == 0
        && lookup instanceof EvidenceLookup.Kept(Evidence kept) && kept.inputs().isPresent()) {
      toReplay.add(new ToReplay(index, receipt, kept));
    }
  }

  private void replay() throws InterruptedException {
    Map<Digest, List<ToReplay>> byModel = new LinkedHashMap<>();
    for (ToReplay one : toReplay) {
      ModelChecks.Result model = models
          .get(new Verifier.Release(one.receipt().version(), one.receipt().artifact()));
      if (model != null && verifier.replayObstacle(model).isEmpty()) {
        byModel.computeIfAbsent(one.receipt().artifact(), digest -> new ArrayList<>()).add(one);
      }
    }
    for (Map.Entry<Digest, List<ToReplay>> model : byModel.entrySet()) {
      InferenceEngine runtime = verifier.runtime();
      try (LoadedModel loaded = verifier.load(runtime, model.getKey())) {
        for (ToReplay one : model.getValue()) {
          StepResult result = verifier.replay(one.receipt(), one.evidence(), runtime, loaded);
          if (result.isPassed()) {
            replayed++;
          } else if (result.isFailed()) {
            fail(one.index(), result);
          }
        }
      } catch (ModelLedgerException e) {
        fail(model.getValue().getFirst().index(), StepResult.failed(Step.REPLAY,
            "the model cannot be loaded: " + e.getMessage()));
      }
    }
  }

  private void fail(long index, StepResult result) {
    if (failures.size() < MAX_FAILURES) {
      failures.add(new LogReport.Failure(index, result));
    }
  }
}
