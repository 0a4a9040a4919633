/**
 * Reads files in the format of huggingface/safetensors: eight bytes with the length of a header, the
 * header in JSON, then the tensors' bytes. Start at {@link
 * org.modelledger.onnx.models.safetensors.SafetensorsFile#open}.
 */
@NullMarked
package org.modelledger.onnx.models.safetensors;

import org.jspecify.annotations.NullMarked;
