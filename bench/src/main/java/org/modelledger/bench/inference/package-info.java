/**
 * Calls of models: by the runtime itself, through the SPI, attested. An engine is one class, a
 * {@link org.modelledger.bench.inference.BenchEngine}, that {@link org.modelledger.bench.inference.Engines}
 * names.
 */
@NullMarked
package org.modelledger.bench.inference;

import org.jspecify.annotations.NullMarked;
