/** Strict JSON for our own use. May change any day; nobody outside this module imports it. */
@NullMarked
package org.modelledger.internal.json;

import org.jspecify.annotations.NullMarked;
