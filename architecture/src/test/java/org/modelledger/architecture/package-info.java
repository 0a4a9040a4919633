/** Holds what is true of all rooms at once: the arrows between them and the rules of the house. */
@NullMarked
package org.modelledger.architecture;

import org.jspecify.annotations.NullMarked;
