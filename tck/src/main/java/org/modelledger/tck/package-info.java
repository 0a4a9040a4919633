@NullMarked
package org.modelledger.tck;

import org.jspecify.annotations.NullMarked;
