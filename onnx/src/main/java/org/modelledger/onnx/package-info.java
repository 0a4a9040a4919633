/**
 * Reads, checks, builds and writes ONNX models.
 *
 * <p>Start at {@link org.modelledger.onnx.OnnxReader} for bytes that exist and at
 * {@link org.modelledger.onnx.OnnxModelBuilder} for a graph to be made;
 * {@link org.modelledger.onnx.OnnxWriter} turns either into bytes, the same bytes each time. Every
 * {@link org.modelledger.onnx.OnnxModel} is immutable and well-formed: its names are unique, its edges
 * lead somewhere, its tensors have the bytes their shapes ask for. What an operator means is not known
 * here; that is the business of whoever runs the graph.
 *
 * <p>The format is the one of the ONNX IR specification, IR versions 3 to 13. When a model is read, tensors
 * that lie in other files (external data), quantised sub-byte types and sparse or string initializers are
 * refused by name. For runtimes that take more than that, {@link org.modelledger.onnx.OnnxOutline} finds
 * what of a model lies in which file, and {@link org.modelledger.onnx.OnnxModelBuilder#external} writes it.
 */
@NullMarked
package org.modelledger.onnx;

import org.jspecify.annotations.NullMarked;
