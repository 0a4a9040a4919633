/**
 * What registries on remote chains share; knows no chain.
 *
 * <p>Start at {@link org.modelledger.chain.support.Outbox}: a command is durable there before it is
 * sent, so that after a crash at any point it still happens, and happens once. What a client gives to
 * who submits is a {@link org.modelledger.chain.support.PendingSubmission}, and {@link
 * org.modelledger.chain.support.Submissions} keeps who waits for what.
 *
 * <h2>An outbox on disk</h2>
 *
 * A directory with two files: {@code outbox.mv}, an H2 MVStore, and {@code lock}, which whoever has
 * the outbox open holds. Of the store's maps:
 *
 * <table>
 * <caption>Maps</caption>
 * <tr><th>map</th><th>key</th><th>value</th></tr>
 * <tr><td>{@code meta}</td><td>{@code format}</td><td>{@code modelledger-outbox/1}</td></tr>
 * <tr><td></td><td>{@code lane}</td><td>64 hexadecimal digits</td></tr>
 * <tr><td></td><td>{@code binding}</td><td>the account and the ledger that it serves</td></tr>
 * <tr><td></td><td>{@code state}</td><td>the next sequence number, the number of pending and the
 * number of settled entries, decimal, with spaces between</td></tr>
 * <tr><td>{@code pending}</td><td>sequence number</td><td>CRC-32C of the key (8 bytes, big-endian) and
 * of what follows (4 bytes); id (16); command</td></tr>
 * <tr><td>{@code settled}</td><td>sequence number</td><td>CRC-32C likewise (4); id (16); when it was
 * settled, milliseconds since 1970 (8); length of the command (4); command; outcome</td></tr>
 * </table>
 */
@NullMarked
package org.modelledger.chain.support;

import org.jspecify.annotations.NullMarked;
