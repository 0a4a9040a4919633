@NullMarked
package org.modelledger.chain.fabric;

import org.jspecify.annotations.NullMarked;
