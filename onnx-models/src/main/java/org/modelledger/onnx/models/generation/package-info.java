/**
 * Generates text with a language model, token by token. Start at {@link
 * org.modelledger.onnx.models.generation.TextGeneration}.
 */
@NullMarked
package org.modelledger.onnx.models.generation;

import org.jspecify.annotations.NullMarked;
