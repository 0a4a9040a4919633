@NullMarked
package org.modelledger.ml.tokenizers;

import org.jspecify.annotations.NullMarked;
