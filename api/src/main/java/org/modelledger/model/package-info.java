/**
 * What everything else speaks of: names, versions, digests, files, and the root of our exceptions.
 *
 * <p>All types here are immutable values, safe to share between threads, unless they say otherwise.
 */
@NullMarked
package org.modelledger.model;

import org.jspecify.annotations.NullMarked;
