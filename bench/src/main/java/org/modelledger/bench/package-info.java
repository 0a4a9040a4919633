/**
 * What ModelLedger costs, measured by JMH beside the raw thing that it wraps: in the same class, the
 * methods whose names begin with {@code raw} are the limit, the others are ours.
 *
 * <p>{@code bench/run} builds and gives its arguments to JMH; {@code bench/figures} runs everything
 * in alternating rounds and prints the tables of {@code docs/performance.md}; {@code bench/smoke}
 * runs each benchmark once, to see that it works.
 */
@NullMarked
package org.modelledger.bench;

import org.jspecify.annotations.NullMarked;
