/** Files that only their owner may read. May change any day; nobody outside this module imports it. */
@NullMarked
package org.modelledger.internal.secret;

import org.jspecify.annotations.NullMarked;
