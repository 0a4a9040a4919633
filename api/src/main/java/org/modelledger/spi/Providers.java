package org.modelledger.spi;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.training.Trainer;

/**
 * The providers that a class loader sees, found by name. Looks anew at each {@link #of}; keeps
 * nothing in statics. Immutable.
 *
 * @param <P> the kind of provider
 */
public final class Providers<P extends Provider<?>> {
  private final Class<P> kind;
  private final Map<String, P> byName;

  private Providers(Class<P> kind, Map<String, P> byName) {
    this.kind = kind;
    this.byName = byName;
  }

  /**
   * Finds all providers of a kind.
   *
   * @throws ConfigurationException if two have the same name, or one cannot be created; names the
   *     classes
   */
  public static <P extends Provider<?>> Providers<P> of(Class<P> kind, ClassLoader loader) {
    Objects.requireNonNull(kind, "kind");
    TreeMap<String, P> byName = new TreeMap<>();
    try {
      for (Iterator<P> found = ServiceLoader.load(kind, loader).iterator(); found.hasNext();) {
        P provider = found.next();
        P other = byName.put(provider.name(), provider);
        if (other != null && other.getClass() != provider.getClass()) {
          throw new ConfigurationException("two providers are named '" + provider.name() + "': "
              + other.getClass().getName() + " and " + provider.getClass().getName());
        }
      }
    } catch (ServiceConfigurationError e) {
      throw new ConfigurationException("a " + kind.getSimpleName() + " cannot be created: "
          + e.getMessage(), e);
    }
    return new Providers<>(kind, byName);
  }

  /**
   * Opens a registry by its URI, such as {@code local:./ledger}.
   *
   * @return a new registry that the caller closes
   * @throws ProviderNotFoundException if no provider has the URI's scheme as its name
   * @throws ConfigurationException if the URI or an option in it is wrong
   */
  public static ModelRegistry openRegistry(String uri, ClassLoader loader) {
    return of(ModelRegistryProvider.class, loader).get(ProviderOptions.scheme(uri))
        .open(ProviderOptions.fromUri(uri));
  }

  /**
   * Opens a trainer by its provider's name.
   *
   * @return a new trainer that the caller closes
   * @throws ProviderNotFoundException if no provider has the name
   * @throws ConfigurationException if an option is wrong
   */
  public static Trainer openTrainer(String name, ProviderOptions options, ClassLoader loader) {
    return of(TrainerProvider.class, loader).get(name).open(options);
  }

  /**
   * Opens an inference engine by its provider's name.
   *
   * @return a new engine that the caller closes
   * @throws ProviderNotFoundException if no provider has the name
   * @throws ConfigurationException if an option is wrong
   */
  public static InferenceEngine openInferenceEngine(String name, ProviderOptions options,
      ClassLoader loader) {
    return of(InferenceEngineProvider.class, loader).get(name).open(options);
  }

  /** Returns the providers by name. */
  public Map<String, P> asMap() {
    return Collections.unmodifiableMap(byName);
  }

  /**
   * Returns a provider by its name.
   *
   * @throws ProviderNotFoundException if there is none; lists those there are
   */
  public P get(String name) {
    P provider = byName.get(name);
    if (provider == null) {
      throw new ProviderNotFoundException("no " + kind.getSimpleName() + " is named '" + name
          + "'; installed: " + byName.keySet() + "; add the artifact that provides it, such as "
          + "org.modelledger:modelledger-chain-local (local) or org.modelledger:modelledger-ml-exact"
          + " (exact), to the class path");
    }
    return provider;
  }
}
