@NullMarked
package org.modelledger.chain.local;

import org.jspecify.annotations.NullMarked;
