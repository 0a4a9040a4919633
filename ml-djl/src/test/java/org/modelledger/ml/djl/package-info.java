@NullMarked
package org.modelledger.ml.djl;

import org.jspecify.annotations.NullMarked;
