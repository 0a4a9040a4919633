/**
 * Tensors and what runs a model: {@link org.modelledger.inference.InferenceEngine} loads files into
 * a {@link org.modelledger.inference.LoadedModel}, which maps named tensors to named tensors.
 *
 * <p>Data types and names follow the Open Inference Protocol, version 2.
 */
@NullMarked
package org.modelledger.inference;

import org.jspecify.annotations.NullMarked;
