/**
 * What opens a receipt's commitments: salts always, inputs, outputs and attributes where they are
 * kept for replay. Encrypted at rest, each record under a key of its own that can be destroyed, so
 * that a person's data can be erased while every receipt and proof still verifies.
 *
 * <p>Start at {@link org.modelledger.evidence.EvidenceStore}. The file format is in
 * docs/formats/evidence-store.md.
 */
@NullMarked
package org.modelledger.evidence;

import org.jspecify.annotations.NullMarked;
