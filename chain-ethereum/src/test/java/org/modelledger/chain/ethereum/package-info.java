@NullMarked
package org.modelledger.chain.ethereum;

import org.jspecify.annotations.NullMarked;
