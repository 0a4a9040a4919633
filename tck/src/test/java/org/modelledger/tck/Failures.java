package org.modelledger.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs the tests of a class and says which failed. */
final class Failures {
  private Failures() {}

  /** Returns the failed tests as {@code Nested.method}, or {@code method} outside a nested class. */
  static Set<String> of(Class<?> tests) {
    Events events = EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(tests))
        .execute()
        .testEvents();
    if (events.started().count() == 0) {
      throw new AssertionError("no test of " + tests + " was run");
    }
    Set<String> names = new TreeSet<>();
    events.failed().stream().map(Failures::name).forEach(names::add);
    return names;
  }

  private static String name(Event event) {
    MethodSource source = (MethodSource) event.getTestDescriptor().getSource().orElseThrow();
    String type = source.getClassName();
    int nested = type.lastIndexOf('$');
    return (nested < 0 ? "" : type.substring(nested + 1) + ".") + source.getMethodName();
  }
}
