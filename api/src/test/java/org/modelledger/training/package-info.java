/** The tests of specifications, data and facts. */
@NullMarked
package org.modelledger.training;

import org.jspecify.annotations.NullMarked;
