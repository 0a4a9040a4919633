@NullMarked
package org.modelledger.testnet.fabric;

import org.jspecify.annotations.NullMarked;
