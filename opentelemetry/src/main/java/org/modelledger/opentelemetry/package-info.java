/**
 * Spans of receipts and of the transparency log under them, for <a
 * href="https://opentelemetry.io">OpenTelemetry</a>.
 *
 * {@snippet class = "org.modelledger.opentelemetry.LedgerSpansTest" region = "attach"}
 *
 * <p>A log without receipts takes {@link org.modelledger.opentelemetry.LogSpans}. What each span and
 * attribute means stands in {@code docs/observability.md}.
 */
@NullMarked
package org.modelledger.opentelemetry;

import org.jspecify.annotations.NullMarked;
