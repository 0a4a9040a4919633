@NullMarked
package org.modelledger.ml.exact;

import org.jspecify.annotations.NullMarked;
