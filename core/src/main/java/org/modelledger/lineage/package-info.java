/**
 * Lineage: signed statements about data, trainings, evaluations and approvals, as in-toto statements in
 * DSSE envelopes (docs/formats/lineage.md and its neighbours), the log that proves them, what a deploy
 * policy demands of them, and the graph of what came from what.
 *
 * <p>Start at {@link org.modelledger.lineage.Statements} for what is signed, at {@link
 * org.modelledger.lineage.LineageGraph} for what follows from it. A user of {@code ModelLedger} gets all of
 * it from {@code ModelLedger.lineage()}.
 */
@NullMarked
package org.modelledger.lineage;

import org.jspecify.annotations.NullMarked;
