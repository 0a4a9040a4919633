@NullMarked
package org.modelledger.chain.fabric.chaincode;

import org.jspecify.annotations.NullMarked;
