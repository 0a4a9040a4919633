package org.modelledger.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Binding;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.name.Names;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.modelledger.AttestedModel;
import org.modelledger.ModelLedger;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.receipt.ReceiptLog;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.training.Trainer;
import org.modelledger.verification.Verifier;

/**
 * Binds one {@link ModelLedger} for an injector. Immutable, and usable for several injectors, each of
 * which opens a ledger of its own.
 *
 * <table>
 * <caption>Bindings</caption>
 * <tr><th>key</th><th>what</th></tr>
 * <tr><td>{@link ModelLedger}</td><td>the ledger</td></tr>
 * <tr><td>{@link ModelRegistry}, {@link ArtifactStore}, {@link ReceiptLog}, {@link Verifier}</td>
 * <td>its parts</td></tr>
 * <tr><td>{@code @Named("exact")} {@link Trainer}</td><td>for each {@link #withTrainer}</td></tr>
 * <tr><td>{@code @Named("acme/digits@production")} {@link AttestedModel}</td><td>for each {@link
 * #withModel}</td></tr>
 * </table>
 *
 * <p>Everything is made when it is first asked for, in every stage; the ledger, its trainers and its
 * models stay the same ones from then on. What goes wrong reaches the caller as Guice's {@link
 * com.google.inject.ProvisionException}, whose cause is ours; the next call tries again.
 *
 * <p>Guice closes nothing: {@link #close} does, once for an injector, when nothing injected is used any
 * more.
 */
public final class ModelLedgerModule extends AbstractModule {
  private final LedgerHolder.Opener opener;
  private final Set<String> trainers;
  private final Set<String> models;

  private ModelLedgerModule(LedgerHolder.Opener opener, Set<String> trainers, Set<String> models) {
    this.opener = opener;
    this.trainers = trainers;
    this.models = models;
  }

  /**
   * Binds the ledger with a URI, such as {@code local:./ledger}; see {@link ModelLedger#open(String)}.
   */
  public static ModelLedgerModule of(String uri) {
    Objects.requireNonNull(uri, "uri");
    return new ModelLedgerModule(() -> ModelLedger.open(uri), Set.of(), Set.of());
  }

  /**
   * Binds the ledger that a builder opens.
   *
   * @param builder not changed any more after this call
   */
  public static ModelLedgerModule of(ModelLedger.Builder builder) {
    Objects.requireNonNull(builder, "builder");
    return new ModelLedgerModule(builder::open, Set.of(), Set.of());
  }

  /**
   * Binds a trainer as well.
   *
   * @param name of its provider, and of the binding
   */
  public ModelLedgerModule withTrainer(String name) {
    return new ModelLedgerModule(opener, with(trainers, name), models);
  }

  /**
   * Binds a deployed model as well. It stays the version that was deployed when it was first asked for.
   *
   * @param reference such as {@code acme/digits@production} or {@code acme/digits:3}, and the name of the
   *     binding; see {@link ModelLedger#load(String)}
   */
  public ModelLedgerModule withModel(String reference) {
    return new ModelLedgerModule(opener, trainers, with(models, reference));
  }

  private static Set<String> with(Set<String> names, String name) {
    Set<String> more = new LinkedHashSet<>(names);
    more.add(Objects.requireNonNull(name, "name"));
    return Set.copyOf(more);
  }

  /**
   * Closes what an injector opened: its models, its trainers, its ledger. From then on its providers of
   * them throw {@link IllegalStateException}. Idempotent; opens nothing.
   *
   * @throws IllegalArgumentException if the injector has no module of this kind
   */
  public static void close(Injector injector) {
    Binding<LedgerHolder> binding = injector.getExistingBinding(Key.get(LedgerHolder.class));
    if (binding == null) {
      throw new IllegalArgumentException(
          "the injector has no ModelLedgerModule; close that which has it");
    }
    binding.getProvider().get().close();
  }

  @Override
  protected void configure() {
    LedgerHolder holder = new LedgerHolder(opener);
    bind(LedgerHolder.class).toInstance(holder);
    bind(ModelLedger.class).toProvider(holder::ledger);
    bind(ModelRegistry.class).toProvider(() -> holder.ledger().registry());
    bind(ArtifactStore.class).toProvider(() -> holder.ledger().artifacts());
    bind(ReceiptLog.class).toProvider(() -> holder.ledger().receipts());
    bind(Verifier.class).toProvider(() -> holder.ledger().verifier());
    for (String name : new TreeSet<>(trainers)) {
      bind(Key.get(Trainer.class, Names.named(name))).toProvider(() -> holder.trainer(name));
    }
    for (String reference : new TreeSet<>(models)) {
      bind(Key.get(AttestedModel.class, Names.named(reference)))
          .toProvider(() -> holder.model(reference));
    }
  }

  /** Says what is bound. */
  @Override
  public String toString() {
    return "ModelLedgerModule of trainers " + new TreeSet<>(trainers) + " and models "
        + new TreeSet<>(models);
  }
}
