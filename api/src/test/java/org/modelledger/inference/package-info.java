/** The tests of tensors. */
@NullMarked
package org.modelledger.inference;

import org.jspecify.annotations.NullMarked;
