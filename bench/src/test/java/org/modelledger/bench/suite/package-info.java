@NullMarked
package org.modelledger.bench.suite;

import org.jspecify.annotations.NullMarked;
