/** Code generated from {@code onnx.proto}; may change any day, and nobody outside this room uses it. */
@NullMarked
package org.modelledger.onnx.internal;

import org.jspecify.annotations.NullMarked;
