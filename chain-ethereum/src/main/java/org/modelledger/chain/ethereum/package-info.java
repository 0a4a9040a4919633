/**
 * The registry enforced by a contract, on any EVM chain.
 *
 * <p>The rules are in {@code src/main/solidity/ModelRegistry.sol}. What it compiles to lies in this package as resources:
 * {@code ModelRegistry.abi}, {@code ModelRegistry.bin} (what deploys it, before the argument of its constructor) and
 * {@code ModelRegistry.bin-runtime} (the code that every deployed registry has, byte for byte). The Java bindings are
 * generated from those into {@code org.modelledger.chain.ethereum.internal.contract}.
 */
@NullMarked
package org.modelledger.chain.ethereum;

import org.jspecify.annotations.NullMarked;
