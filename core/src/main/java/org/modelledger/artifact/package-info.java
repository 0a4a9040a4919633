/**
 * Artifacts: the sets of files that models are made of, told apart by their OMS root digest.
 *
 * <p>Start at {@link org.modelledger.artifact.ArtifactStore} to keep artifacts, or at
 * {@link org.modelledger.artifact.ArtifactManifest#ofDirectory} for the digest of a directory alone.
 *
 * <table>
 * <caption>What lies in a store's directory</caption>
 * <tr><th>path</th><th>content</th></tr>
 * <tr><td>{@code blobs/<sha256>}</td><td>the bytes of a file, under their digest</td></tr>
 * <tr><td>{@code blobs/<sha256>.sealed}</td>
 * <td>the same, encrypted; the digest is that of the plain bytes</td></tr>
 * <tr><td>{@code keys/1.key}</td>
 * <td>the key of the encrypted ones, wrapped; a store that has it encrypts</td></tr>
 * <tr><td>{@code artifacts/<root digest>.json}</td>
 * <td>the names, sizes and digests of an artifact's files; an artifact is there when this is</td></tr>
 * <tr><td>{@code statements/<sha256>}</td><td>signed statements about artifacts, byte for byte</td></tr>
 * <tr><td>{@code tmp/}</td><td>writes in progress, and what is left of those that died</td></tr>
 * <tr><td>{@code lock}</td><td>locked by the process that is publishing</td></tr>
 * </table>
 */
@NullMarked
package org.modelledger.artifact;

import org.jspecify.annotations.NullMarked;
