/** The tests of the tests: what keeps the contract passes, what breaks a sentence of it fails. */
@NullMarked
package org.modelledger.tck;

import org.jspecify.annotations.NullMarked;
