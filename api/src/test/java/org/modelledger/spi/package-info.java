/** The tests of options and providers. */
@NullMarked
package org.modelledger.spi;

import org.jspecify.annotations.NullMarked;
