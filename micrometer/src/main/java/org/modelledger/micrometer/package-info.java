/**
 * Meters of receipts and of the transparency log under them, for <a
 * href="https://micrometer.io">Micrometer</a>.
 *
 * {@snippet class = "org.modelledger.micrometer.LedgerMetricsTest" region = "attach"}
 *
 * <p>A log without receipts takes {@link org.modelledger.micrometer.LogMetrics}. What each meter means
 * and when to worry stands in {@code docs/observability.md}.
 */
@NullMarked
package org.modelledger.micrometer;

import org.jspecify.annotations.NullMarked;
