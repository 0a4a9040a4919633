package org.modelledger.micrometer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The gauges of one thing that is open, which are replaced when it is opened again. */
final class Gauges<T> {
  private final MeterRegistry registry;
  private final T subject;
  private final Tags tags;
  private final List<Gauge> gauges = new ArrayList<>();

  Gauges(MeterRegistry registry, T subject, Tags tags) {
    this.registry = registry;
    this.subject = subject;
    this.tags = tags;
  }

  void add(String name, String unit, String description, ToDoubleFunction<T> value) {
    // a registry keeps the first gauge of a name, which might read a log that was closed long ago
    Gauge old = registry.find(name).tags(tags).gauge();
    if (old != null) {
      registry.remove(old);
    }
    gauges.add(Gauge.builder(name, subject, value)
        .tags(tags)
        .baseUnit(unit)
        .description(description)
        .register(registry));
  }

  void remove() {
    gauges.forEach(registry::remove);
    gauges.clear();
  }
}
