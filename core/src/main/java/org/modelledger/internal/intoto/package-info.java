/** in-toto statements, for our own use. May change any day; nobody outside this module imports it. */
@NullMarked
package org.modelledger.internal.intoto;

import org.jspecify.annotations.NullMarked;
