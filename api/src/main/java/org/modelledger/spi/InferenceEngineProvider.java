package org.modelledger.spi;

import org.modelledger.inference.InferenceEngine;

/** Opens inference engines; see {@link Provider} for what an implementation promises. */
public interface InferenceEngineProvider extends Provider<InferenceEngine> {}
