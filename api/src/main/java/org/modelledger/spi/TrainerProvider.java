package org.modelledger.spi;

import org.modelledger.training.Trainer;

/** Opens trainers; see {@link Provider} for what an implementation promises. */
public interface TrainerProvider extends Provider<Trainer> {}
