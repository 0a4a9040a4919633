/**
 * Hands evidence over: one directory with everything that a third party needs to check some receipts, made
 * by {@link org.modelledger.pack.EvidencePack} and checked by {@link org.modelledger.pack.PackVerifier}
 * from its own parts. The format is docs/formats/evidence-pack.md.
 */
@NullMarked
package org.modelledger.pack;

import org.jspecify.annotations.NullMarked;
