package org.modelledger.verification;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.artifact.ArtifactNotFoundException;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.inference.Computation;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.receipt.Gap;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.ReceiptEntry;

/**
 * Runs inferences again, from their receipts and the evidence to them, and says how the results compare.
 * Believes the receipt: whether it is in a log, and its model registered, is the {@link Verifier}'s to
 * say, which replays by the same code.
 *
 * <p>Immutable; safe for use by several threads if the engine is. Closes nothing.
 */
public final class Replays {
  private final ArtifactStore artifacts;
  private final InferenceEngine engine;
  private final Map<String, Computation> computations;
  private final Optional<Determinism.Tolerance> elsewhere;

  private Replays(ArtifactStore artifacts, InferenceEngine engine,
      Map<String, Computation> computations, Optional<Determinism.Tolerance> elsewhere) {
    this.artifacts = artifacts;
    this.engine = engine;
    this.computations = Map.copyOf(computations);
    this.elsewhere = elsewhere;
  }

  /**
   * Returns what replays on an engine.
   *
   * @param artifacts where the models lie
   * @param engine that computes; receipts of another one are not possible to replay, unless it {@linkplain
   *     #elsewhere stands in}
   */
  public static Replays on(InferenceEngine engine, ArtifactStore artifacts) {
    return new Replays(Objects.requireNonNull(artifacts, "artifacts"),
        Objects.requireNonNull(engine, "engine"), Map.of(), Optional.empty());
  }

  /** Returns the same with a computation, for receipts that are about one of its name. */
  public Replays with(Computation computation) {
    Map<String, Computation> all = new HashMap<>(computations);
    all.put(computation.name(), computation);
    return new Replays(artifacts, engine, all, elsewhere);
  }

  /** Returns the same for an engine that stands in for that of the receipts, within a tolerance. */
  public Replays elsewhere(Determinism.Tolerance tolerance) {
    return new Replays(artifacts, engine, computations, Optional.of(tolerance));
  }

  /**
   * Runs an entry of a receipt log again. The model is loaded for it and closed, and every byte of it is
   * checked.
   *
   * @param evidence to the entry
   * @throws InterruptedException if interrupted while the model runs
   */
  public Replayed replay(ReceiptEntry entry, EvidenceLookup evidence)
      throws InterruptedException {
    return switch (entry) {
      case Gap unused -> new Replayed.NotPossible("there is nothing to run again in a gap");
      case Receipt receipt -> switch (evidence) {
        case EvidenceLookup.Absent() -> new Replayed.NotPossible(
            "there is no evidence to run it with");
        case EvidenceLookup.Erased() -> new Replayed.NotPossible("the evidence was erased");
        case EvidenceLookup.Kept(Evidence kept) -> replay(receipt, kept);
      };
    };
  }

  private Replayed replay(Receipt receipt, Evidence kept) throws InterruptedException {
    try (LoadedModel loaded = engine.load(artifacts.open(receipt.artifact()))) {
      return Replay.run(receipt, kept, engine, loaded, computations, elsewhere);
    } catch (ArtifactNotFoundException e) {
      return new Replayed.NotPossible("the files of the model are not here: " + e.getMessage());
    }
  }
}
