package org.modelledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.modelledger.inference.Computation;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.receipt.Computations;
import org.modelledger.receipt.ReceiptSession;
import org.modelledger.receipt.SessionId;
import org.modelledger.registry.ModelVersion;

/**
 * A model version that was checked, loaded, and leaves a receipt for every inference. Made by
 * {@link ModelLedger#load}. Safe for use by several threads at once.
 */
public final class AttestedModel implements AutoCloseable {
  private final ModelVersion version;
  private final EngineInfo engine;
  private final LoadedModel model;
  private final Run single;
  private final LoadedModel stoppable;
  private final ReceiptSession session;
  private final Consumer<AttestedModel> onClose;
  private volatile Standing standing = Standing.GOOD;

  AttestedModel(ModelVersion version, EngineInfo engine, LoadedModel model,
      ReceiptSession session, Consumer<AttestedModel> onClose) {
    this.version = version;
    this.engine = engine;
    this.model = model;
    this.single = model::run;
    this.stoppable = new RevocableModel(model, this::requireRunning);
    this.session = session;
    this.onClose = onClose;
  }

  /** Returns the version as the ledger had it when the model was loaded. */
  public ModelVersion version() {
    return version;
  }

  /** Returns what {@link #infer} takes. */
  public List<TensorSpec> inputs() {
    return model.inputs();
  }

  /** Returns what {@link #infer} yields. */
  public List<TensorSpec> outputs() {
    return model.outputs();
  }

  /** Returns how far results repeat. */
  public Determinism determinism() {
    return model.determinism();
  }

  /** Returns what computes. */
  public EngineInfo engine() {
    return engine;
  }

  /** Returns the session that the receipts of this model are numbered in. */
  public SessionId session() {
    return session.id();
  }

  /** Runs the model on an input without attributes; see {@link #infer(Tensors, Map)}. */
  public Inference infer(Tensors inputs) throws InterruptedException {
    return infer(inputs, Map.of());
  }

  /**
   * Runs the model once and hands over what is needed for a receipt; waits for neither disk nor chain.
   * A batch is one inference: one receipt commits to all its rows.
   *
   * @param inputs one tensor for each of {@link #inputs()}; nobody may write to their memory any more
   * @param attributes texts of the caller's own that the receipt commits to, such as a case number by
   *     the name {@code case}; the names stand in the log for everyone to read, the values do not
   * @throws IllegalArgumentException if a tensor or an attribute does not fit; names it
   * @throws org.modelledger.inference.InferenceException if the runtime failed; there is no receipt
   * @throws org.modelledger.receipt.BacklogFullException if receipts cannot be written as fast as they
   *     come, and the user chose to fail closed: the model has not run
   * @throws org.modelledger.receipt.ReceiptLogException if the receipt log has failed, and the user
   *     chose to fail closed: the outputs are not handed out
   * @throws org.modelledger.registry.VersionRevokedException if the version was revoked since it was
   *     loaded, and the user chose {@link Recall#STOP} for that
   * @throws RegistryUnseenException if the registry cannot be read, so that nobody knows whether the
   *     version was revoked, and the user chose {@link Recall#STOP} for that
   * @throws IllegalStateException if the model or its ledger is closed
   * @throws InterruptedException if interrupted; there is no receipt
   */
  public Inference infer(Tensors inputs, Map<String, String> attributes)
      throws InterruptedException {
    return attest(inputs, Computations.none(attributes), single);
  }

  /**
   * Runs a computation, such as the generation of a text, and hands over what is needed for one receipt
   * of all of it: the receipt commits to the computation's inputs and outputs and says by the name of an
   * attribute, {@code computation:NAME}, which computation it was. A revocation stops it before its next
   * run of the model.
   *
   * @param inputs of the computation; nobody may write to their memory any more
   * @param attributes as for {@link #infer(Tensors, Map)}; no name begins with {@code computation:}
   * @param computation what to run; whoever verifies the receipt by a replay needs it, too
   * @throws IllegalArgumentException if an input or an attribute does not fit; names it
   * @see org.modelledger.verification.Verifier.Builder#computation
   */
  public Inference infer(Tensors inputs, Map<String, String> attributes, Computation computation)
      throws InterruptedException {
    return attest(inputs, Computations.with(attributes, computation),
        all -> computation.run(stoppable, all));
  }

  /** What turns inputs into outputs. */
  private interface Run {
    Tensors run(Tensors inputs) throws InterruptedException;
  }

  private Inference attest(Tensors inputs, Map<String, String> attributes, Run run)
      throws InterruptedException {
    Objects.requireNonNull(inputs, "inputs");
    Standing now = requireRunning();
    ReceiptSession.Slot slot = session.reserve(inputs, now.mark(attributes));
    boolean cancelled = true;
    try {
      Tensors outputs = run.run(inputs);
      cancelled = false;
      return new Inference(outputs, slot.complete(outputs));
    } finally {
      if (cancelled) {
        slot.cancel();
      }
    }
  }

  /** Runs the model on each of these inputs, without attributes; see {@link #inferAll(List, List)}. */
  public List<Inference> inferAll(List<Tensors> inputs) throws InterruptedException {
    return inferAll(inputs, Collections.nCopies(inputs.size(), Map.of()));
  }

  /**
   * Runs the model on each of these inputs, one after the other, with a receipt for each. For rows that
   * one receipt may stand for, a batch in one call of {@link #infer(Tensors, Map)} is faster.
   *
   * <p>Room for all receipts is taken before the first run, so that with fail-closed nothing has run if
   * there is none. A revocation that is seen meanwhile stops what has not run yet; with {@link
   * Recall#WARN} the receipts say what was known when the call began. If a run fails or the thread is interrupted, its exception is thrown and what comes
   * after does not run; the runs before it have happened, and their receipts say so.
   *
   * @param inputs as for {@link #infer(Tensors, Map)}; no more than the backlog takes
   * @param attributes for each input, in the same order
   * @return what came of each input, in the same order
   * @throws IllegalArgumentException if there are not as many attributes as inputs, and as {@link
   *     #infer(Tensors, Map)}, which names the other exceptions too
   */
  public List<Inference> inferAll(List<Tensors> inputs, List<Map<String, String>> attributes)
      throws InterruptedException {
    if (inputs.size() != attributes.size()) {
      throw new IllegalArgumentException(
          "there are " + inputs.size() + " inputs and attributes for "
              + attributes.size());
    }
    Standing now = requireRunning();
    ArrayDeque<ReceiptSession.Slot> slots = new ArrayDeque<>(inputs.size());
    try {
      for (int i = 0; i < inputs.size(); i++) {
        slots.add(session.reserve(inputs.get(i),
            now.mark(Computations.none(attributes.get(i)))));
      }
      List<Inference> inferences = new ArrayList<>(inputs.size());
      for (Tensors input : inputs) {
        var unused = requireRunning();
        Tensors outputs = model.run(input);
        inferences.add(new Inference(outputs, slots.remove().complete(outputs)));
      }
      return inferences;
    } finally {
      slots.forEach(ReceiptSession.Slot::cancel);
    }
  }

  /**
   * Returns what stands against this model by now, as far as its ledger has seen: empty while all is
   * well. With {@link Recall#WARN} the model goes on all the same, and its receipts say so.
   */
  public List<RecallWarning> warnings() {
    return standing.warnings();
  }

  void stand(Standing standing) {
    this.standing = standing;
  }

  private Standing requireRunning() {
    Standing now = standing;
    if (now != Standing.GOOD) {
      now.requireRunning(version.id());
    }
    return now;
  }

  /**
   * Waits, not interruptibly, until running inferences are done and their receipts are durable or
   * known to fail, then gives back the model's memory. Idempotent.
   */
  @Override
  public void close() {
    session.close();
    model.close();
    onClose.accept(this);
  }

  @Override
  public String toString() {
    return "AttestedModel[" + version.id() + ", " + engine.name() + "]";
  }
}
