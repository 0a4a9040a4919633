/** Ensembles of decision trees: how they lie in memory, what they say of a row, and why. */
@NullMarked
package org.modelledger.ml.exact.internal.ensemble;

import org.jspecify.annotations.NullMarked;
