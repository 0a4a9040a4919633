@NullMarked
package org.modelledger.onnx;

import org.jspecify.annotations.NullMarked;
