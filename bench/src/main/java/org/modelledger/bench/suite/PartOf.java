package org.modelledger.bench.suite;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The suite that the benchmarks of a class belong to. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface PartOf {
  /** The suite. */
  Suite value();

  /** The parameter, a number, that is the x-axis of the charts; none if empty. */
  String sweep() default "";

  /** Which combinations of its parameters are rows. */
  Class<? extends Filter> filter() default Filter.All.class;
}
