/**
 * The transparency log at full rate for minutes: does it stay as fast, as quick to acknowledge and as
 * small as it began? {@code bench/soak} runs {@link org.modelledger.bench.soak.Soak}.
 */
@NullMarked
package org.modelledger.bench.soak;

import org.jspecify.annotations.NullMarked;
