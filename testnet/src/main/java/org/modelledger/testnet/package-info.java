/**
 * Real nodes for tests, without Docker and without a server of anybody's.
 *
 * <p>{@link org.modelledger.testnet.AnvilNode} and {@link org.modelledger.testnet.GethNode} start a
 * node of Ethereum on a free port of this machine and stop it again; {@link org.modelledger.testnet.NodeExtension}
 * does so for JUnit. The programs come from package registries, at fixed versions, and are kept in a directory
 * of the user's ({@link org.modelledger.testnet.NodeInstaller}); a program that cannot be installed
 * is a failure, never a reason to skip a test. {@link org.modelledger.testnet.FaultyProxy} stands between a client and
 * a node, of any kind that speaks JSON-RPC, and loses, repeats, delays and refuses what passes.
 *
 * <p>Everything listens on the loopback interface only. The keys of the accounts that these nodes fund are public;
 * never use them on another network.
 */
@NullMarked
package org.modelledger.testnet;

import org.jspecify.annotations.NullMarked;
