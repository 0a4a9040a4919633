/**
 * Checks the chain of evidence, from a receipt to the ledger and back to the bits of the model. Start
 * at {@link org.modelledger.verification.Verifier}.
 */
@NullMarked
package org.modelledger.verification;

import org.jspecify.annotations.NullMarked;
