package org.modelledger.receipt;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.inference.Computation;

/**
 * How a receipt says that its inference was a {@link Computation} of several runs: by an attribute whose
 * name is {@value #PREFIX} and the computation's name, and whose value is that name. A name stands in the
 * log for everyone, so that nobody takes such a receipt for one of a single run.
 */
public final class Computations {
  /** What the attribute's name begins with. */
  public static final String PREFIX = "computation:";

  private Computations() {}

  /**
   * Returns the attributes of a single run.
   *
   * @throws IllegalArgumentException if a name begins as that of a computation or of a {@linkplain
   *     WarningMarks warning} does
   */
  public static Map<String, String> none(Map<String, String> attributes) {
    for (String name : attributes.keySet()) {
      if (name.startsWith(PREFIX)) {
        throw new IllegalArgumentException("the attribute '" + name + "' begins with '" + PREFIX
            + "', which says that a receipt is one of a computation");
      }
      if (name.startsWith(WarningMarks.PREFIX)) {
        throw new IllegalArgumentException("the attribute '" + name + "' begins with '"
            + WarningMarks.PREFIX
            + "', which says that a model ran although something stood against it");
      }
    }
    return attributes;
  }

  /**
   * Returns the attributes of a computation.
   *
   * @throws IllegalArgumentException if a name begins as that of a computation does, or the
   *     computation's name is not of its form
   */
  public static SortedMap<String, String> with(Map<String, String> attributes,
      Computation computation) {
    String name = computation.name();
    if (!Computation.NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a computation's name is of the form "
          + Computation.NAME + ", not '" + name + "'");
    }
    TreeMap<String, String> all = new TreeMap<>(none(attributes));
    all.put(PREFIX + name, name);
    return Collections.unmodifiableSortedMap(all);
  }

  /** Returns the name of the computation that a receipt is about; empty if it is one of a single run. */
  public static Optional<String> of(Receipt receipt) {
    return receipt.attributes()
        .keySet()
        .stream()
        .filter(name -> name.startsWith(PREFIX))
        .map(name -> name.substring(PREFIX.length()))
        .findFirst();
  }
}
