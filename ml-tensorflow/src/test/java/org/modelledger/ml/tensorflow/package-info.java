@NullMarked
package org.modelledger.ml.tensorflow;

import org.jspecify.annotations.NullMarked;
