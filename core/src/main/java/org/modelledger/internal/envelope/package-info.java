/**
 * Data keys on the disk, each wrapped by a key-encryption key. May change any day; nobody outside this
 * module imports it.
 */
@NullMarked
package org.modelledger.internal.envelope;

import org.jspecify.annotations.NullMarked;
