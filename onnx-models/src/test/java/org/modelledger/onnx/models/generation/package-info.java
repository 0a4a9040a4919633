@NullMarked
package org.modelledger.onnx.models.generation;

import org.jspecify.annotations.NullMarked;
