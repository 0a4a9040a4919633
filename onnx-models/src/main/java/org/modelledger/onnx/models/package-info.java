/**
 * Well-known architectures as ONNX graphs, built from Java: {@link org.modelledger.onnx.models.ResNet},
 * {@link org.modelledger.onnx.models.Bert} and {@link org.modelledger.onnx.models.Gpt2}.
 *
 * <p>An architecture says which {@link org.modelledger.onnx.models.Parameter}s it has, by the names that
 * its original implementation gives them; {@link org.modelledger.onnx.models.Weights} say what their
 * elements are: made from a seed ({@link org.modelledger.onnx.models.SeededWeights}) or read from a
 * checkpoint ({@link org.modelledger.onnx.models.SafetensorsWeights}). What comes out are {@link
 * org.modelledger.model.ModelFiles}: a small {@code model.onnx} and a {@code model.onnx.data} that is
 * streamed, so that a model of any size is registered without ever being in memory.
 *
 * <p>Other architectures are built of the same parts: {@link org.modelledger.onnx.models.GraphBuilder}
 * and {@link org.modelledger.onnx.models.Layers}.
 */
@NullMarked
package org.modelledger.onnx.models;

import org.jspecify.annotations.NullMarked;
