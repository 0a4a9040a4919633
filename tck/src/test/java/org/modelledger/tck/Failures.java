package org.modelledger.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs the tests of a class and says which failed. */
final class Failures {
  private Failures() {}

  /** Returns the failed tests as {@code Nested.method}, or {@code method} outside a nested class. */
  static Set<String> of(Class<?> tests) {
    return of(selectClass(tests));
  }

  /** Returns the failed tests of the nested class that a test is in. */
  static Set<String> of(Class<?> tests, String test) {
    String nested = test.substring(0, test.indexOf('.'));
    for (Class<?> type = tests; type != null; type = type.getSuperclass()) {
      for (Class<?> member : type.getDeclaredClasses()) {
        if (member.getSimpleName().equals(nested)) {
          return of(selectNestedClass(List.of(tests), member));
        }
      }
    }
    throw new AssertionError("no nested class " + nested + " in " + tests);
  }

  private static Set<String> of(DiscoverySelector selector) {
    Events events = EngineTestKit.engine("junit-jupiter")
        .selectors(selector)
        .execute()
        .testEvents();
    if (events.started().count() == 0) {
      throw new AssertionError("no test of " + selector + " was run");
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
