/**
 * The registry enforced by a chaincode on Hyperledger Fabric.
 *
 * <p>Start at {@link org.modelledger.chain.fabric.FabricRegistry}. The rules run in the chaincode, a process of its own;
 * what it and its clients say to each other is in {@code docs/formats/fabric.md}.
 */
@NullMarked
package org.modelledger.chain.fabric;

import org.jspecify.annotations.NullMarked;
