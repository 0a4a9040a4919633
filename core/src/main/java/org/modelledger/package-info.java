@NullMarked
package org.modelledger;

import org.jspecify.annotations.NullMarked;
