@NullMarked
package org.modelledger.testnet;

import org.jspecify.annotations.NullMarked;
