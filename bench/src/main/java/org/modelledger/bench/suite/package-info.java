/**
 * Runs a suite of benchmarks in alternating rounds and writes what came of it as JSON and as a page:
 * {@code bench/suite}. {@link org.modelledger.bench.suite.PartOf} and
 * {@link org.modelledger.bench.suite.Peer} are what a benchmark has to say of itself.
 */
@NullMarked
package org.modelledger.bench.suite;

import org.jspecify.annotations.NullMarked;
