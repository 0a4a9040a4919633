/**
 * Encryption at rest: who keeps the keys that encrypt keys.
 *
 * <p>What is secret lies on the disk encrypted by data keys, and each data key encrypted by a
 * key-encryption key that never leaves its keeper. Start at {@link
 * org.modelledger.encryption.KeyManagement} to bring a key management system; {@link
 * org.modelledger.encryption.LocalKeys} is the default, with keys in files. See docs/encryption.md.
 */
@NullMarked
package org.modelledger.encryption;

import org.jspecify.annotations.NullMarked;
