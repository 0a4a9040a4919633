package org.modelledger.lineage;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.Digest;
import org.modelledger.training.DataSource;

/** What the predicates of several kinds of statements have in common. */
final class Predicates {
  private Predicates() {}

  /** Returns members in this order. */
  static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return members;
  }

  /** Returns a digest as in-toto writes it (spec/v1/digest_set.md). */
  static Map<String, Object> digest(Digest digest) {
    return object("sha256", digest.hex());
  }

  static Digest digest(JsonObject owner) {
    return owner.object("digest").digest("sha256");
  }

  /** Returns an in-toto ResourceDescriptor (spec/v1/resource_descriptor.md). */
  static Map<String, Object> resource(DataSource source) {
    return object("name", source.name(), "digest", digest(source.digest()));
  }

  static List<DataSource> resources(JsonObject owner, String name) {
    return owner.objects(name)
        .stream()
        .map(it -> new DataSource(it.string("name"), digest(it)))
        .toList();
  }

  static Instant instant(JsonObject object, String name) {
    try {
      return Instant.parse(object.string(name));
    } catch (DateTimeException e) {
      throw object.wrong(name, "an RFC 3339 time in UTC", object.string(name));
    }
  }

  static SortedMap<String, Double> metrics(JsonObject object) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    for (String name : object.names()) {
      if (!(object.value(name) instanceof Number number)
          || !Double.isFinite(number.doubleValue())) {
        throw object.wrong(name, "a finite number", object.value(name));
      }
      metrics.put(name, number.doubleValue());
    }
    return metrics;
  }
}
