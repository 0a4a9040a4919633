package org.modelledger.pack;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.modelledger.lineage.StatementLog;
import org.modelledger.lineage.Statements;
import org.modelledger.model.Digest;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.VerificationException;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.VerificationKey;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TlogProof;
import org.modelledger.verification.LogReport;
import org.modelledger.verification.Outcome;
import org.modelledger.verification.RevocationSide;
import org.modelledger.verification.Step;
import org.modelledger.verification.StepResult;
import org.modelledger.verification.VerificationReport;

/** Everything that is checked of a pack once its signature holds. Used once. */
final class PackChecks {
  private static final String REVOCATION = "revocation";
  private static final String FROM_THE_PACK = "taken from the pack, where whoever made it could put any;"
      + " compare it with one that you have from elsewhere: ";

  private final PackParts parts;
  private final PackReader pack;
  private final PackDescription description;
  private final List<PackCheck> checks;
  private final List<VerificationReport> receipts = new ArrayList<>();

  PackChecks(PackParts parts, List<PackCheck> before) {
    this.parts = parts;
    this.pack = parts.pack;
    this.description = parts.description;
    this.checks = new ArrayList<>(before);
  }

  PackReport run() throws InterruptedException {
    keys();
    checks.add(contents());
    checks.add(parts.opening);
    checks.add(versions());
    checks.add(parts.models);
    checks.add(statements());
    Optional<LogReport> log = Optional.empty();
    if (description.wholeLog()) {
      LogReport report = parts.verifier().checkAll();
      whole(report);
      log = Optional.of(report);
    } else {
      single();
    }
    return new PackReport(Optional.of(description), parts.trust.modelKey != null,
        checks.stream().map(this::ofThePack).toList(), receipts, log);
  }

  /** The store that models are checked in is there for the time of the check; what matters is the pack. */
  private PackCheck ofThePack(PackCheck check) {
    String said = check.outcome()
        .explanation()
        .replace(parts.artifacts.toString(), "the pack");
    return new PackCheck(check.name(), switch (check.outcome()) {
      case Outcome.Passed unused -> new Outcome.Passed(said);
      case Outcome.Failed unused -> new Outcome.Failed(said);
      case Outcome.Skipped unused -> new Outcome.Skipped(said);
    });
  }

  // --- keys

  private void keys() {
    String hint = parts.keys.getFirst().hint();
    checks.add(parts.trust.modelKey == null
        ? PackCheck.skipped("model key", FROM_THE_PACK + hint)
        : PackCheck.passed("model key", "it is the one that was given: " + hint));
    checks.add(key("receipts key", parts.trust.receiptsKey, PackLayout.RECEIPTS_KEY));
    if (description.embedded() && parts.trust.registry == null) {
      checks.add(key("registry key", parts.trust.registryKey, PackLayout.REGISTRY_KEY));
    }
  }

  private PackCheck key(String name, @Nullable NoteVerifier given, String file) {
    Optional<NoteVerifier> packed = pack.logKey(file);
    if (packed.isEmpty()) {
      return PackCheck.failed(name, "the pack lacks " + file);
    }
    if (given == null) {
      return parts.trust.modelKey == null
          ? PackCheck.skipped(name, FROM_THE_PACK + packed.get())
          : PackCheck.passed(name,
              "vouched for by the model key, which signed the pack: " + packed.get());
    }
    return given.equals(packed.get())
        ? PackCheck.passed(name, "it is the one that was given: " + given)
        : PackCheck.failed(name, "given was " + given + "; the pack has " + packed.get());
  }

  // --- what is there

  /** The files are those that pack.json speaks of. */
  private PackCheck contents() {
    SortedSet<String> proofs = new TreeSet<>();
    for (String name : pack.names()) {
      if (name.startsWith(PackLayout.RECEIPTS)) {
        proofs.add(name);
      }
    }
    if (!description.wholeLog()) {
      for (IndexRange range : description.receipts()) {
        for (long index = range.from(); index < range.to(); index++) {
          if (!proofs.remove(PackLayout.proof(index))) {
            return PackCheck.failed("contents",
                "the proof of receipt " + index + " is missing, which pack.json speaks of");
          }
        }
      }
    }
    return proofs.isEmpty()
        ? PackCheck.passed("contents", description.count() + " receipts: "
            + ranges(description.receipts()) + " of the " + description.logSize()
            + " in the log " + description.origin())
        : PackCheck.failed("contents", "pack.json does not speak of " + proofs);
  }

  private static String ranges(List<IndexRange> ranges) {
    return String.join(", ", ranges.stream().limit(20).map(IndexRange::toString).toList())
        + (ranges.size() > 20 ? ", …" : "");
  }

  private PackCheck versions() {
    Optional<ModelRegistry> registry = parts.registry();
    if (registry.isEmpty()) {
      return PackCheck.skipped("versions", "no registry to ask");
    }
    for (PackedVersion packed : description.versions()) {
      Optional<ModelVersion> found = registry.get().version(packed.id());
      if (found.isEmpty() || !found.get().artifact().equals(packed.artifact())
          || !found.get().statement().equals(packed.statement())) {
        return PackCheck.failed("versions", "pack.json says that " + packed.id() + " is "
            + packed.artifact() + "; in the registry it is "
            + found.map(version -> version.artifact().toString()).orElse("not known"));
      }
    }
    return PackCheck.passed("versions",
        "the registry has all " + description.versions().size() + " as pack.json says");
  }

  // --- statements

  private PackCheck statements() {
    int signed = 0;
    int proven = 0;
    Optional<NoteVerifier> key = pack.logKey(PackLayout.STATEMENTS_KEY);
    Optional<SignedCheckpoint> last = Optional.empty();
    try {
      for (String name : pack.names()) {
        if (name.startsWith(PackLayout.STATEMENTS) && name.endsWith(PackLayout.ENVELOPE)) {
          Digest digest = statement(name);
          signed++;
          Optional<byte[]> proof = pack.find(PackLayout.statementProof(digest));
          if (proof.isPresent()) {
            last = Optional.of(proven(digest, proof.get(), key));
            proven++;
          }
        }
      }
    } catch (VerificationException | ProofException | ModelLedgerException e) {
      return PackCheck.failed("statements", e);
    }
    if (signed == 0) {
      return PackCheck.skipped("statements", "there are none in the pack");
    }
    return PackCheck.passed("statements", signed + " are signed by keys of the pack"
        + last.map(this::anchored)
            .map((proven + " of them are in the log of statements; ")::concat)
            .map("; "::concat)
            .orElse(""));
  }

  private Digest statement(String name) throws VerificationException {
    Digest digest = Digest.sha256(pack.read(name));
    if (!name.equals(PackLayout.envelope(digest))) {
      throw new VerificationException(name + " has the digest " + digest);
    }
    List<VerificationKey> keys = new ArrayList<>(parts.keys);
    keys.addAll(pack.approverKeys());
    var unused = Statements.verify(pack.read(name), keys);
    return digest;
  }

  private static SignedCheckpoint proven(Digest digest, byte[] proof, Optional<NoteVerifier> key)
      throws VerificationException, ProofException {
    if (key.isEmpty()) {
      throw new VerificationException("the pack lacks " + PackLayout.STATEMENTS_KEY);
    }
    TlogProof parsed = TlogProof.parse(proof);
    byte[] entry = parsed.extraBytes()
        .orElseThrow(() -> new VerificationException(
            PackLayout.statementProof(digest) + " does not carry its entry"));
    if (!StatementLog.decode(entry).equals(digest)) {
      throw new VerificationException(
          PackLayout.statementProof(digest) + " is about another statement");
    }
    return parsed.verify(MerkleTree.leafHash(entry), List.of(key.get()));
  }

  private String anchored(SignedCheckpoint checkpoint) {
    return parts.registry()
        .flatMap(registry -> parts.author()
            .flatMap(author -> registry.anchor(LogOrigin.of(checkpoint.log().name()), author)))
        .filter(anchor -> anchor.treeSize() == checkpoint.size()
            && anchor.rootHash().hex().equals(checkpoint.root().hex()))
        .map(anchor -> "the registry has that log's root, recorded on " + anchor.header().time())
        .orElse("the registry does not have that log's newest root");
  }

  // --- receipts

  private void single() throws InterruptedException {
    List<TlogProof> proofs = new ArrayList<>();
    for (IndexRange range : description.receipts()) {
      for (long index = range.from(); index < range.to(); index++) {
        try {
          TlogProof proof = TlogProof.parse(pack.read(PackLayout.proof(index)));
          if (proof.index() != index) {
            checks.add(PackCheck.failed("receipts",
                PackLayout.proof(index) + " is about receipt " + proof.index()));
          }
          proofs.add(proof);
        } catch (ProofException e) {
          checks.add(PackCheck.failed("receipts", PackLayout.proof(index) + ": " + e.getMessage()));
        }
      }
    }
    parts.verifier().check(proofs, receipts::add);
    for (Step step : Step.values()) {
      Tally tally = new Tally();
      receipts.forEach(report -> tally.add("receipt " + report.index(), report.outcome(step)));
      checks.add(tally.check(step.word()));
    }
    revocations();
  }

  private void revocations() {
    Map<String, Integer> sides = new LinkedHashMap<>();
    Set<String> older = new HashSet<>();
    for (VerificationReport report : receipts) {
      RevocationSide side = report.revocation();
      if (!(side instanceof RevocationSide.NotRevoked)) {
        String what = side.explanation();
        sides.merge(what, 1, Integer::sum);
        if (side instanceof RevocationSide.Before) {
          older.add(what);
        }
      }
    }
    sides.forEach((side, count) -> checks.add(revocation(older.contains(side),
        count + " of " + receipts.size() + ": " + side)));
  }

  /** What an anchor does not show to be older than the revocation is told, or refused by choice. */
  private PackCheck revocation(boolean older, String said) {
    return parts.trust.refusesRevoked && !older
        ? PackCheck.failed(REVOCATION, said)
        : PackCheck.passed(REVOCATION, said);
  }

  private void whole(LogReport report) {
    checks.add(report.size() == description.logSize()
        ? PackCheck.passed("receipt",
            report.receipts() + " entries are receipts; " + report.missing()
                + " inferences went on without one by choice, " + report.unacknowledged()
                + " left no trace but a missing number")
        : PackCheck.failed("receipt", "pack.json speaks of " + description.logSize()
            + " entries; the log has " + report.size()));
    for (StepResult result : report.log()) {
      checks.add(new PackCheck(result.step().word(), result.outcome()));
    }
    Map<Step, Tally> bySteps = new LinkedHashMap<>();
    report.versions()
        .forEach((version, results) -> results
            .forEach(result -> bySteps.computeIfAbsent(result.step(), step -> new Tally())
                .add(version.toString(), result.outcome())));
    bySteps.forEach((step, tally) -> checks.add(tally.check(step.word())));
    String opened = report.opened()
        + " receipts were opened with the evidence in the pack, and hold";
    checks.add(report.opened() > 0
        ? PackCheck.passed(Step.COMMITMENTS.word(), opened)
        : PackCheck.skipped(Step.COMMITMENTS.word(), "no inputs or outputs are in the pack"));
    report.revocations()
        .forEach((version, counts) -> checks.add(revocation(counts.marked() + counts.claimedBefore()
            + counts.claimedAfter() + counts.unknown() == 0,
            version + ": " + counts)));
    report.failures()
        .stream()
        .filter(failure -> failure.index() >= 0)
        .limit(20)
        .forEach(failure -> checks.add(PackCheck.failed("receipts", failure.toString())));
  }

  /** One step of many things in one line. */
  private static final class Tally {
    private int passed;
    private int failed;
    private int skipped;
    private String why = "";
    private String whyFailed = "";
    private String whySkipped = "";

    void add(String what, Outcome outcome) {
      switch (outcome) {
        case Outcome.Passed(String explanation) -> {
          passed++;
          why = why.isEmpty() ? explanation : why;
        }
        case Outcome.Failed(String explanation) -> {
          failed++;
          whyFailed = whyFailed.isEmpty() ? what + ": " + explanation : whyFailed;
        }
        case Outcome.Skipped(String explanation) -> {
          skipped++;
          whySkipped = whySkipped.isEmpty() ? explanation : whySkipped;
        }
      }
    }

    PackCheck check(String name) {
      int all = passed + failed + skipped;
      if (failed > 0) {
        return PackCheck.failed(name,
            whyFailed + (failed > 1 ? " (and " + (failed - 1) + " more)" : ""));
      }
      if (passed == 0) {
        return PackCheck.skipped(name, whySkipped.isEmpty() ? "nothing to check" : whySkipped);
      }
      String first = all == 1 ? why : passed + " of " + all + " hold; the first: " + why;
      return PackCheck.passed(name,
          first + (skipped > 0 ? "; " + skipped + " not checked: " + whySkipped : ""));
    }
  }
}
