/** Deterministic CBOR for our own use. May change any day; nobody outside this module imports it. */
@NullMarked
package org.modelledger.internal.cbor;

import org.jspecify.annotations.NullMarked;
