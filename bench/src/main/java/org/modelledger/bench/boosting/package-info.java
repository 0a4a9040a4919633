/** Benchmarks of trees that learn, beside the libraries that are used for it. */
@NullMarked
package org.modelledger.bench.boosting;

import org.jspecify.annotations.NullMarked;
