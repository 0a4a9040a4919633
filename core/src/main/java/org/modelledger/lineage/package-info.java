/**
 * Lineage: signed statements of how an artifact came about, as in-toto statements with a SLSA
 * provenance v1 predicate in a DSSE envelope; docs/formats/lineage.md.
 *
 * <p>Start at {@link org.modelledger.lineage.LineageStatements}.
 */
@NullMarked
package org.modelledger.lineage;

import org.jspecify.annotations.NullMarked;
