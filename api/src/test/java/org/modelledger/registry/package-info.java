/** The tests of the registry's values. */
@NullMarked
package org.modelledger.registry;

import org.jspecify.annotations.NullMarked;
