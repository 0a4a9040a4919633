@NullMarked
package org.modelledger.bench.soak;

import org.jspecify.annotations.NullMarked;
