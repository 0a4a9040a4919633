/**
 * Signatures over models as OpenSSF Model Signing (OMS) v1.0 writes them, so that its tools verify
 * ours and we verify theirs: a Sigstore bundle v0.3 with a DSSE envelope around an in-toto statement.
 *
 * <p>Start at {@link org.modelledger.signing.ModelSigner} and
 * {@link org.modelledger.signing.ModelVerifier}; keys come from
 * {@link org.modelledger.signing.SigningKeys}, and with certificates from
 * {@link org.modelledger.signing.SigningCertificate} and
 * {@link org.modelledger.signing.TrustedCertificates}.
 */
@NullMarked
package org.modelledger.signing;

import org.jspecify.annotations.NullMarked;
