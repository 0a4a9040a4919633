/**
 * Hashing of files on all cores, for our own use. May change any day; nobody outside this module
 * imports it.
 */
@NullMarked
package org.modelledger.internal.hashing;

import org.jspecify.annotations.NullMarked;
