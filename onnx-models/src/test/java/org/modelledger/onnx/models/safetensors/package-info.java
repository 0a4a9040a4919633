@NullMarked
package org.modelledger.onnx.models.safetensors;

import org.jspecify.annotations.NullMarked;
