package org.modelledger.encryption;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What wrapping data keys anew came to.
 *
 * @param key the URI of the key that wraps them now
 * @param rewrapped how many data keys were wrapped anew
 * @param needed the URIs of all keys that something on the disk is still wrapped with; any other may be
 *     destroyed
 */
public record KeyRotation(String key, int rewrapped, SortedSet<String> needed) {
  /** @throws IllegalArgumentException if the number is negative */
  public KeyRotation {
    Objects.requireNonNull(key, "key");
    if (rewrapped < 0) {
      throw new IllegalArgumentException("cannot wrap " + rewrapped + " keys");
    }
    needed = Collections.unmodifiableSortedSet(new TreeSet<>(needed));
  }

  /** Returns what this and another one came to. */
  public KeyRotation and(KeyRotation other) {
    TreeSet<String> both = new TreeSet<>(needed);
    both.addAll(other.needed);
    return new KeyRotation(other.key, rewrapped + other.rewrapped, both);
  }
}
