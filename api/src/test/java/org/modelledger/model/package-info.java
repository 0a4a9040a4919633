/** The tests of values and names. */
@NullMarked
package org.modelledger.model;

import org.jspecify.annotations.NullMarked;
