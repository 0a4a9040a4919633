/**
 * A transparency log for the JVM: an append-only Merkle tree (RFC 6962) kept as C2SP tlog-tiles on a
 * file system, with its checkpoints as signed notes.
 *
 * <p>For whoever needs a list that nobody can rewrite unnoticed, the writer included. It knows
 * nothing of what the entries mean, depends on nothing else of this project, and what it writes can
 * be served as static files and read by every other implementation of the same specifications.
 *
 * <ul>
 * <li>To write, start at {@link org.modelledger.tlog.LogWriter#open LogWriter.open}: {@code append}
 * returns at once, {@code await} returns when the entry is on the disk, {@code publish} makes tiles
 * and a signed checkpoint of everything so far.
 * <li>To read and check, start at {@link org.modelledger.tlog.LogReader#open LogReader.open}, over a
 * directory or over HTTP. It trusts the log's public key and nothing else.
 * <li>To prove, ask the reader: {@link org.modelledger.tlog.InclusionProof} for an entry, {@link
 * org.modelledger.tlog.RangeInclusionProof} for a segment, {@link
 * org.modelledger.tlog.ConsistencyProof} for two sizes. Each is checked without the log.
 * <li>To be sure that everybody is shown the same log, let witnesses cosign its checkpoints. {@link
 * org.modelledger.tlog.WitnessPolicy} says which ones a reader wants, {@link
 * org.modelledger.tlog.WitnessClient} asks them, and {@link org.modelledger.tlog.Witness} is one.
 * <li>To check one entry without the log, use {@link org.modelledger.tlog.TlogProof}: entry, index,
 * path and checkpoint in one small text file.
 * </ul>
 *
 * <p>Files in a log directory (all but {@code .wal/} may be served to anyone):
 * <table>
 * <caption>Layout</caption>
 * <tr><td>{@code checkpoint}</td><td>the newest signed checkpoint</td></tr>
 * <tr><td>{@code tile/<L>/<N>[.p/<W>]}</td><td>hashes, 256 to a tile, or W of them</td></tr>
 * <tr><td>{@code tile/entries/<N>[.p/<W>]}</td><td>entries, 256 to a bundle, or W of them</td></tr>
 * <tr><td>{@code .wal/log}</td><td>magic, format version, the log's public key</td></tr>
 * <tr><td>{@code .wal/lock}</td><td>locked while a writer is open</td></tr>
 * <tr><td>{@code .wal/<n>.wal}</td><td>write-ahead segments: what is durable and not yet in tiles</td></tr>
 * </table>
 *
 * <p>Sources: c2sp.org/tlog-tiles, /tlog-checkpoint, /signed-note, /tlog-proof, /tlog-witness,
 * /tlog-cosignature, /tlog-policy; RFC 6962 §2.1 and RFC
 * 9162 §2.1 for the tree.
 */
@NullMarked
package org.modelledger.tlog;

import org.jspecify.annotations.NullMarked;
