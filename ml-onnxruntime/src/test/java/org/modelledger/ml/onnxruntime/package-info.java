@NullMarked
package org.modelledger.ml.onnxruntime;

import org.jspecify.annotations.NullMarked;
