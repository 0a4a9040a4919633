/**
 * A real network of Hyperledger Fabric on this machine, without Docker: organisations with their peers, Raft orderers,
 * TLS everywhere, and a chaincode as a service.
 *
 * <p>{@link org.modelledger.testnet.fabric.FabricNetwork} starts it from the programs that Fabric's own installer puts
 * into a directory, which the environment variable {@code FABRIC_BIN} names (2.5 or 3.x);
 * {@link org.modelledger.testnet.fabric.FabricExtension} does so for JUnit, and skips a class, saying so, where the
 * variable is not set: those programs are in no package registry, so nothing can install them.
 * {@link org.modelledger.testnet.fabric.TestnetCommand} leaves a network running until it is told to take it down.
 * What a client needs is in {@link org.modelledger.testnet.fabric.FabricConnection}.
 *
 * <p>Everything listens on the loopback interface only.
 */
@NullMarked
package org.modelledger.testnet.fabric;

import org.jspecify.annotations.NullMarked;
