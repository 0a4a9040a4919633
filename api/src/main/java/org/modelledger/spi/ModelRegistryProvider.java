package org.modelledger.spi;

import org.modelledger.registry.ModelRegistry;

/** Opens registries; see {@link Provider} for what an implementation promises. */
public interface ModelRegistryProvider extends Provider<ModelRegistry> {}
