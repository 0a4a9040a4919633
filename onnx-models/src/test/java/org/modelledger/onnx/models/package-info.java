@NullMarked
package org.modelledger.onnx.models;

import org.jspecify.annotations.NullMarked;
