@NullMarked
package org.modelledger.examples;

import org.jspecify.annotations.NullMarked;
