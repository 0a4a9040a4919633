package org.modelledger.bench.suite;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The raw benchmark of the same class that a benchmark is compared with: it does the same work by the
 * runtime or the client that ours wraps, or is the limit of it. Both are run with the same values of the
 * parameters that both have.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Peer {
  /** The name of the method. */
  String value();

  /** For parameters that only the peer has and that have several values: {@code name=value}. */
  String[] params() default {};
}
