/**
 * The model registry on an embedded transparency log: the default ledger, without a server.
 *
 * <p>Start at {@link org.modelledger.chain.local.LocalRegistry#open LocalRegistry.open}, or with a URI
 * such as {@code local:./ledger?key=account.pem}. Every event is one entry of a C2SP log that anyone
 * may be served and verify; docs/formats/local-registry.md has every byte.
 *
 * <table>
 * <caption>What lies in a ledger's directory</caption>
 * <tr><td>{@code checkpoint}, {@code tile/}</td><td>the log, to be served</td></tr>
 * <tr><td>{@code .wal/}</td><td>what is durable and not yet in tiles</td></tr>
 * <tr><td>{@code .snapshots/}</td><td>the state at some sizes, signed by the log's key; can be
 * deleted</td></tr>
 * </table>
 *
 * <p>No secret lies in it. The account's key and the log's key are elsewhere.
 */
@NullMarked
package org.modelledger.chain.local;

import org.jspecify.annotations.NullMarked;
