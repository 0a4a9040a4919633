/**
 * Making models: a {@link org.modelledger.training.Trainer} turns a specification and a dataset into
 * a {@link org.modelledger.training.TrainedModel}: files, metrics and the facts of their lineage.
 */
@NullMarked
package org.modelledger.training;

import org.jspecify.annotations.NullMarked;
