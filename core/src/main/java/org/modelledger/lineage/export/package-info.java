/**
 * Lineage in the formats of other tools: a bill of materials (CycloneDX) and run events (OpenLineage);
 * docs/lineage.md says what goes where. Both are made from a {@link
 * org.modelledger.lineage.VersionLineage}, are unsigned, and name the signed statements by digest.
 */
@NullMarked
package org.modelledger.lineage.export;

import org.jspecify.annotations.NullMarked;
