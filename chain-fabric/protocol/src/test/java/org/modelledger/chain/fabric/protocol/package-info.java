@NullMarked
package org.modelledger.chain.fabric.protocol;

import org.jspecify.annotations.NullMarked;
