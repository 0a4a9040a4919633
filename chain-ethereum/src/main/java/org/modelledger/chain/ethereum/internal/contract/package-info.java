/**
 * The bindings to {@code ModelRegistry.sol}, generated from the committed artefacts beside this room's resources by
 * web3j's generator in each build: {@code ModelRegistry} has the calls, the structs, the events and the errors. Nothing
 * in it is written by hand but this page.
 */
@NullMarked
package org.modelledger.chain.ethereum.internal.contract;

import org.jspecify.annotations.NullMarked;
